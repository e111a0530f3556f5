/**
 * `npm run proof PART [MINUTES]`: one of the proofs of `npm test` with the numbers of a long run. Without a part, lists them.
 */
import { parts, runPart, testFiles } from './house/test-runs.ts';

const [name, minutes] = process.argv.slice(2);
const part = parts.find((one) => one.name === name || (one.also !== undefined && one.also === name));
const asked = minutes === undefined ? undefined : Number(minutes);

if (part === undefined || (asked !== undefined && !(asked > 0 && asked <= 600))) {
    const list = parts.filter((one) => testFiles(`test/${one.name}`).length > 0);
    process.stdout.write('npm run proof PART [MINUTES]\n\n');
    for (const one of list)
        process.stdout.write(`  ${one.name.padEnd(8)}${one.title}; ${one.longSeconds / 60} minutes unless told otherwise\n`);
    process.exitCode = name === undefined ? 0 : 64;
} else {
    const counts = await runPart(part, asked === undefined ? part.longSeconds : asked * 60);
    process.stdout.write(`${counts.passed} passed, ${counts.failed} failed\n`);
    process.exitCode = counts.failed === 0 && counts.passed > 0 ? 0 : 1;
}
