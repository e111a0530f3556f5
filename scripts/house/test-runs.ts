/**
 * Test runs: which test files belong together, and one run of node's own test runner over some of them.
 *
 * The pure rooms, the journal and the gateway share one process (fast, and it forbids leaked handles and timers); whatever loads an
 * addon, starts a child or holds a socket runs in a process of its own.
 */
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { heading, root, runProgram, verdict } from './programs.ts';

export interface Counts {
    passed: number;
    failed: number;
}

/** A proof beside the unit tests: a folder of test/, with the seconds it may take in a normal run and in a long one. */
export interface Part {
    readonly name: string;
    /** Another word by which it is asked for. */
    readonly also?: string;
    readonly title: string;
    readonly seconds: number;
    readonly longSeconds: number;
}

/** In the order in which they run; a folder that does not exist yet is skipped. */
export const parts: readonly Part[] = [
    { name: 'e2e', title: 'End to end: real processes, real HTTP', seconds: 300, longSeconds: 1800 },
    { name: 'browser', also: 'page', title: 'The page in a real browser', seconds: 420, longSeconds: 1800 },
    { name: 'crash', also: 'kill', title: 'kill -9 at random moments', seconds: 240, longSeconds: 3600 },
    { name: 'sim', title: 'Simulator', seconds: 360, longSeconds: 3600 },
    { name: 'power', title: 'Power cuts', seconds: 360, longSeconds: 3600 },
    { name: 'rig', title: 'Virtual Pi', seconds: 300, longSeconds: 3600 },
];

/** No unit test waits in real time: one that takes this long hangs. */
const unitTestSecondsMax = 60;
const unitSecondsMax = 600;
/** A test whose memory grows without end must fail by itself, not take the machine with it. */
const unitHeapMegabytesMax = 1024;
/** What a proof may need beyond its budget for its start and its last step. */
const partSecondsOver = 120;

const sharedRooms = /^test\/firmware\/(sale|screens|journal|gateway)\//;

/** Paths of test files from the checkout's root, sorted. */
export function testFiles(folder: string): string[] {
    return globSync(`${folder}/**/*.test.ts`, { cwd: root }).sort();
}

/** The unit tests in two halves: those that share one process, those that get their own. `rooms` narrows to paths that contain one of the words. */
export function unitFiles(rooms: readonly string[] = []): { readonly shared: string[]; readonly isolated: string[] } {
    const apart = new RegExp(`^test/(${parts.map((part) => part.name).join('|')})/`);
    const files = testFiles('test').filter(
        (path) => !apart.test(path) && (rooms.length === 0 || rooms.some((room) => path.includes(room))),
    );
    return { shared: files.filter((path) => sharedRooms.test(path)), isolated: files.filter((path) => !sharedRooms.test(path)) };
}

/** Totals from the end of a TAP stream of node's test runner. A run that broke off without totals is one failure. */
export function countsOf(tap: string, exitCode: number): Counts {
    const total = (word: string) => {
        const found = [...tap.matchAll(new RegExp(`^# ${word} (\\d+)$`, 'gm'))].at(-1);
        return found === undefined ? undefined : Number(found[1]);
    };
    const passed = total('pass');
    if (passed === undefined) return { passed: 0, failed: 1 };
    const failed = (total('fail') ?? 0) + (total('cancelled') ?? 0);
    return { passed, failed: failed === 0 && exitCode !== 0 ? 1 : failed };
}

/**
 * Runs test files, showing node's own report, and returns how many tests passed and failed. No files, no tests: both are zero.
 *
 * @param order.budgetSeconds told to the tests as TILL_BUDGET_SECONDS: a volume test plans its work by it.
 * @param order.concurrency files at a time; without it, as many as node thinks good.
 */
async function runTests(order: {
    title: string;
    files: readonly string[];
    shared: boolean;
    budgetSeconds?: number;
    concurrency?: number;
}): Promise<Counts> {
    const limitSeconds = order.budgetSeconds === undefined ? unitSecondsMax : order.budgetSeconds + partSecondsOver;
    const testSecondsMax = order.budgetSeconds === undefined ? unitTestSecondsMax : limitSeconds;
    if (order.files.length === 0) return { passed: 0, failed: 0 };
    heading(`${order.title} (${order.files.length} files)`);
    const startedMs = performance.now();
    const folder = mkdtempSync(join(tmpdir(), 'till-tests-'));
    const tap = join(folder, 'run.tap');
    try {
        const ended = await runProgram({
            command: process.execPath,
            args: [
                '--test',
                `--test-timeout=${testSecondsMax * 1000}`,
                '--test-reporter=spec',
                '--test-reporter-destination=stdout',
                '--test-reporter=tap',
                `--test-reporter-destination=${tap}`,
                ...(order.shared ? ['--test-isolation=none'] : []),
                ...(order.concurrency === undefined || order.shared ? [] : [`--test-concurrency=${order.concurrency}`]),
                ...order.files,
            ],
            limitSeconds,
            env:
                order.budgetSeconds === undefined
                    ? { NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --max-old-space-size=${unitHeapMegabytesMax}` }
                    : { TILL_BUDGET_SECONDS: String(order.budgetSeconds) },
        });
        const counts = countsOf(existsSync(tap) ? readFileSync(tap, 'utf8') : '', ended.code);
        if (ended.code === 124) {
            process.stdout.write(`${order.title}: broken off after ${limitSeconds} s; a test waits for ever, or leaves something open.\n`);
        }
        verdict({ ok: counts.failed === 0, what: `${order.title}: ${counts.passed} passed, ${counts.failed} failed`, startedMs });
        return counts;
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

/** Runs one part within `seconds`. */
export function runPart(part: Part, seconds: number): Promise<Counts> {
    return runTests({ title: part.title, files: testFiles(`test/${part.name}`), shared: false, budgetSeconds: seconds, concurrency: 1 });
}

/** The unit tests, both halves. */
export async function runUnits(rooms: readonly string[] = []): Promise<Counts> {
    const { shared, isolated } = unitFiles(rooms);
    const first = await runTests({ title: 'Units in one process', files: shared, shared: true });
    const second = await runTests({ title: 'Units apart', files: isolated, shared: false });
    return { passed: first.passed + second.passed, failed: first.failed + second.failed };
}
