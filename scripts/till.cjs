#!/usr/bin/env node
'use strict';
/**
 * The launcher of `till`: any Node from 18 up can run it; it goes on under Node 24 with the bundle of `npm run build`, else with the
 * source (always the source with TILL_FROM_SOURCE=1). Signals are handed on, and the exit code is the program's.
 */
const { spawn } = require('node:child_process');
const { existsSync } = require('node:fs');
const { join } = require('node:path');
const { node24, root } = require('./node24.cjs');

const node = node24();
if (node === undefined) process.exit(1);

const bundle = join(root, 'dist', 'till.cjs');
const source = join(root, 'firmware', 'cli', 'main.ts');
const script = existsSync(bundle) && process.env.TILL_FROM_SOURCE !== '1' ? bundle : source;
if (!existsSync(join(root, 'node_modules', 'commander'))) {
    process.stderr.write(`The packages are not installed yet. Run npm ci in ${root} first, or npm start, which does it.\n`);
    process.exit(1);
}

// The program reads from this pipe that its launcher is there: killed with SIGKILL, the launcher takes the program with it, so that whoever
// starts it again finds the data folder free.
const child = spawn(node, ['--disable-warning=ExperimentalWarning', script, ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'pipe'],
    env: { ...process.env, TILL_LAUNCHER_FD: '3' },
});
// A terminal sends Ctrl-C to the program too, which must not get it twice; whoever else signals this process means the program.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR2']) {
    process.on(signal, () => {
        if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
}
child.on('error', (error) => {
    process.stderr.write(`${node} could not be started: ${error.message}\n`);
    process.exit(1);
});
child.on('exit', (code, signal) => {
    if (code !== null) process.exit(code);
    // Killed by a signal: this process ends the same way, so that a supervisor sees what happened.
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
});
