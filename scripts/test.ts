/**
 * `npm test`: everything that continuous integration runs, in order: what the machine lacks, checks, build, units, then the proofs
 * with real processes. The last line is `N passed, N failed`; a check, the build or a run that breaks off counts like a test.
 */
import { bringMissing } from './house/machine.ts';
import { heading, root, runProgram, verdict } from './house/programs.ts';
import { type Counts, parts, runPart, runUnits } from './house/test-runs.ts';

const startedMs = performance.now();
const total: Counts = { passed: 0, failed: 0 };
const add = (counts: Counts) => {
    total.passed += counts.passed;
    total.failed += counts.failed;
};

/** Runs a script of this folder that ends with `N passed, N failed`, or says nothing of the kind and counts as one. */
async function runScript(name: string): Promise<void> {
    const startedScriptMs = performance.now();
    const ended = await runProgram({ command: process.execPath, args: [`${root}/scripts/${name}.ts`], quiet: true });
    process.stdout.write(ended.output);
    const line = /^(\d+) passed, (\d+) failed$/m.exec(ended.output);
    if (line !== null) {
        add({ passed: Number(line[1]), failed: Number(line[2]) });
        return;
    }
    add(ended.code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 });
    verdict({ ok: ended.code === 0, what: name, startedMs: startedScriptMs });
}

heading('Machine');
const machineMs = performance.now();
const complete = await bringMissing();
verdict({ ok: complete, what: 'programs that the tests need', startedMs: machineMs });
add(complete ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 });

await runScript('check');
heading('Build');
await runScript('build');
add(await runUnits());
for (const part of parts) add(await runPart(part, part.seconds));

heading(`All of it took ${Math.round((performance.now() - startedMs) / 1000)} s`);
process.stdout.write(`${total.passed} passed, ${total.failed} failed\n`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
