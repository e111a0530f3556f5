/**
 * `npm run setup`: brings the programs of the operating system that the tests need (Debian and Raspberry Pi OS), or says exactly
 * what to type. Exit code 1 while something is missing.
 */
import { bringMissing } from './house/machine.ts';

process.exitCode = (await bringMissing()) ? 0 : 1;
