'use strict';
/**
 * The door of every npm script: brings Node 24 and the packages when they are missing, then runs the task under Node 24.
 * Plain JavaScript, so that any Node from 18 up can open it. Usage: node scripts/enter.cjs TASK [ARGUMENT …]
 */
const { spawn } = require('node:child_process');
const { createHash } = require('node:crypto');
const { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } = require('node:fs');
const { delimiter, dirname, join } = require('node:path');
const { node24, npm, root } = require('./node24.cjs');

const [task, ...args] = process.argv.slice(2);

const node = node24();
if (node === undefined) process.exit(1);
const env = {
    ...process.env,
    PATH: `${dirname(node)}${delimiter}${join(root, 'node_modules', '.bin')}${delimiter}${process.env.PATH ?? ''}`,
};

installPackages().then((there) => {
    if (!there) process.exit(1);
    if (task === 'exec') {
        run(args[0], args.slice(1));
        return;
    }
    const script = join(root, 'scripts', `${task}.ts`);
    if (task === undefined || !/^[a-z][a-z-]*$/.test(task) || !existsSync(script)) {
        process.stderr.write(`There is no task "${task}"; the tasks are the scripts of package.json.\n`);
        process.exit(64);
    }
    run(node, ['--disable-warning=ExperimentalWarning', script, ...args]);
});

/** `npm ci`, when node_modules is missing or belongs to another lock file. */
async function installPackages() {
    const lock = createHash('sha256')
        .update(readFileSync(join(root, 'package-lock.json')))
        .digest('hex');
    const stamp = join(root, 'node_modules', '.tillbox-lock');
    if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return true;
    if (!existsSync(stamp) && allThere()) {
        writeFileSync(stamp, lock);
        return true;
    }
    const { command, args: first } = npm();
    const child = spawn(command, [...first, 'ci', '--ignore-scripts', '--no-fund', '--no-audit', '--loglevel=error'], {
        cwd: root,
        env,
        stdio: ['ignore', 'ignore', 'inherit'],
    });
    const stop = tellProgress(wantedPackages());
    const code = await new Promise((resolve) => {
        child.on('error', () => resolve(1));
        child.on('exit', resolve);
    });
    stop();
    if (code !== 0) {
        process.stderr.write(
            'The packages could not be installed: npm ci failed (see above). Check the network, then run the same command again.\n',
        );
        return false;
    }
    mkdirSync(dirname(stamp), { recursive: true });
    writeFileSync(stamp, lock);
    return true;
}

/** Says how far the installation is: in a terminal as it goes on, else once. @returns ends it */
function tellProgress(wanted) {
    const { stderr } = process;
    if (!stderr.isTTY) {
        stderr.write(`Installing ${wanted} packages of package-lock.json …\n`);
        return () => {};
    }
    const startedMs = Date.now();
    const show = () => {
        const seconds = Math.round((Date.now() - startedMs) / 1000);
        stderr.write(`\r\u001b[2K  …  installing packages: ${Math.min(unpacked(), wanted)} of ${wanted}, ${seconds} s`);
    };
    const timer = setInterval(show, 500);
    show();
    return () => {
        clearInterval(timer);
        stderr.write('\r\u001b[2K');
    };
}

/** Packages of the lock file that lie at the top of node_modules on this machine. */
function wantedPackages() {
    const fits = (list, word) => list === undefined || list.includes(word);
    const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
    return Object.entries(packages).filter(
        ([path, { os, cpu, libc }]) =>
            fits(libc, 'glibc') && /^node_modules\/(@[^/]+\/)?[^/]+$/.test(path) && fits(os, process.platform) && fits(cpu, process.arch),
    ).length;
}

/** Packages that npm has put in their places so far. */
function unpacked() {
    const names = (folder) => {
        try {
            return readdirSync(folder).filter((name) => !name.startsWith('.'));
        } catch {
            return [];
        }
    };
    const modules = join(root, 'node_modules');
    return names(modules).reduce((sum, name) => sum + (name.startsWith('@') ? names(join(modules, name)).length : 1), 0);
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
    endWithNpm(child);
    child.on('error', (error) => {
        process.stderr.write(`${command} could not be started: ${error.message}\n`);
        process.exit(1);
    });
    child.on('exit', (code) => process.exit(code ?? 1));
}

/** npm hands a signal to the shell between us, which ends without a word to us: its end is all that there is to notice. */
function endWithNpm(child) {
    if (process.env.npm_lifecycle_event === undefined) return;
    const shell = process.ppid;
    const timer = setInterval(() => {
        if (process.ppid === shell) return;
        clearInterval(timer);
        child.kill('SIGTERM');
    }, 250);
    timer.unref();
}
