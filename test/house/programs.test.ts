/** Programs that hang are broken off, with everything that they started. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { runProgram } from '../../scripts/house/programs.ts';

test('exit code and output are those of the program', async () => {
    const ended = await runProgram({
        command: process.execPath,
        args: ['-e', 'console.log(1); console.error(2); process.exitCode = 3'],
        quiet: true,
    });
    assert.equal(ended.code, 3);
    assert.match(ended.output, /1/);
    assert.match(ended.output, /2/);
});

test('a program that is not there is a failure with a sentence', async () => {
    const ended = await runProgram({ command: 'no-such-program-here', args: [], quiet: true });
    assert.equal(ended.code, 1);
    assert.match(ended.output, /could not be started/);
});

test('a program that hangs is broken off, and its children with it', async () => {
    const child = "require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], { stdio: 'ignore' }).pid";
    const ended = await runProgram({
        command: process.execPath,
        args: ['-e', `process.stdout.write('child ' + ${child} + '\\n'); setInterval(() => {}, 1e6)`],
        limitSeconds: 1,
        quiet: true,
    });
    assert.equal(ended.code, 124);
    const pid = Number(/child (\d+)/.exec(ended.output)?.[1]);
    assert.ok(pid > 1);
    // Dead, or dead and not yet collected by whoever inherited it.
    const gone = () => {
        try {
            return /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
        } catch {
            return true;
        }
    };
    for (let turn = 0; turn < 100 && !gone(); turn += 1) await new Promise((done) => setTimeout(done, 10));
    assert.ok(gone(), 'the child lives on');
});
