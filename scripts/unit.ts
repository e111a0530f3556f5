/**
 * `npm run unit [ROOM …]`: the unit tests; a word such as `journal` or `relay` runs only the files whose path contains it.
 */
import { runUnits } from './house/test-runs.ts';

const rooms = process.argv.slice(2);
const counts = await runUnits(rooms);
if (rooms.length > 0 && counts.passed + counts.failed === 0) process.stderr.write(`No test file's path contains ${rooms.join(' or ')}.\n`);
process.stdout.write(`${counts.passed} passed, ${counts.failed} failed\n`);
process.exitCode = counts.failed === 0 && counts.passed > 0 ? 0 : 1;
