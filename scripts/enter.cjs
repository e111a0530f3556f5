'use strict';
/**
 * The door of every npm script: brings Node 24 and the packages when they are missing, then runs the task under Node 24.
 * Plain JavaScript, so that any Node from 18 up can open it. Usage: node scripts/enter.cjs TASK [ARGUMENT …]
 */
const { spawn, spawnSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const { existsSync, mkdirSync, readFileSync, writeFileSync } = require('node:fs');
const { delimiter, dirname, join } = require('node:path');
const { node24, npm, root } = require('./node24.cjs');

const [task, ...args] = process.argv.slice(2);

const node = node24();
if (node === undefined) process.exit(1);
const env = {
    ...process.env,
    PATH: `${dirname(node)}${delimiter}${join(root, 'node_modules', '.bin')}${delimiter}${process.env.PATH ?? ''}`,
};

if (!installPackages()) process.exit(1);

if (task === 'exec') {
    run(args[0], args.slice(1));
} else {
    const script = join(root, 'scripts', `${task}.ts`);
    if (task === undefined || !/^[a-z][a-z-]*$/.test(task) || !existsSync(script)) {
        process.stderr.write(`There is no task "${task}"; the tasks are the scripts of package.json.\n`);
        process.exit(64);
    }
    run(node, ['--disable-warning=ExperimentalWarning', script, ...args]);
}

/** `npm ci`, when node_modules is missing or belongs to another lock file. */
function installPackages() {
    const lock = createHash('sha256')
        .update(readFileSync(join(root, 'package-lock.json')))
        .digest('hex');
    const stamp = join(root, 'node_modules', '.tillbox-lock');
    if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return true;
    if (!existsSync(stamp) && allThere()) {
        writeFileSync(stamp, lock);
        return true;
    }
    process.stderr.write('Installing the packages of package-lock.json …\n');
    const { command, args: first } = npm();
    const done = spawnSync(command, [...first, 'ci', '--ignore-scripts', '--no-fund', '--no-audit', '--loglevel=error'], {
        cwd: root,
        env,
        stdio: ['ignore', 'ignore', 'inherit'],
    });
    if (done.status !== 0) {
        process.stderr.write(
            'The packages could not be installed: npm ci failed (see above). Check the network, then run the same command again.\n',
        );
        return false;
    }
    mkdirSync(dirname(stamp), { recursive: true });
    writeFileSync(stamp, lock);
    return true;
}

/** Somebody ran `npm ci` by hand: every package that package.json names is there in the version that it pins. */
function allThere() {
    const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    return Object.entries({ ...dependencies, ...devDependencies }).every(([name, version]) => {
        const manifest = join(root, 'node_modules', name, 'package.json');
        return existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).version === version;
    });
}

/** Runs a program in the checkout, hands signals on, and ends with its exit code. */
function run(command, commandArgs) {
    const child = spawn(command, commandArgs, { cwd: root, env, stdio: 'inherit' });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
    child.on('error', (error) => {
        process.stderr.write(`${command} could not be started: ${error.message}\n`);
        process.exit(1);
    });
    child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 1)));
}
