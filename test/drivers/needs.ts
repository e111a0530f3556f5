/** What a driver under test gets: a real or a manual clock, a log that keeps its lines, and a folder of its own. */
import { resolve } from 'node:path';
import type { DriverNeeds } from '../../drivers/driver.ts';
import type { Clock } from '../../firmware/ports/clock.ts';
import type { Log } from '../../firmware/ports/log.ts';

export const realClock: Clock = {
    wallMs: () => Date.now(),
    monoMs: () => performance.now(),
    after: (ms, run) => {
        const timer = setTimeout(run, ms);
        return { cancel: () => clearTimeout(timer) };
    },
};

export interface TestNeeds extends DriverNeeds {
    /** Every line that was logged, as JSON. */
    readonly logged: readonly string[];
}

export function needsWith(options: { clock: Clock; dataDir: string; catalogSlots?: readonly string[]; chance?: () => number }): TestNeeds {
    const logged: string[] = [];
    const write =
        (level: string): Log['info'] =>
        (message, facts) =>
            void logged.push(JSON.stringify({ level, message, ...facts }));
    return {
        clock: options.clock,
        log: { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') },
        chance: options.chance ?? (() => 0.5),
        resolvePath: (path) => resolve(options.dataDir, path),
        dataDir: options.dataDir,
        catalogSlots: options.catalogSlots ?? ['A1', 'A2'],
        logged,
    };
}
