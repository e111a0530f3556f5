/**
 * System log: pino behind the Log port. Loaded after the till is up; lines written before wait in order.
 *
 * Rules: facts are short and printable; nothing secret reaches this file, because nothing secret is in a fact.
 */
import type { Log, LogFacts } from '../ports/log.ts';

type Level = 'debug' | 'info' | 'warn' | 'error';

export interface SystemLog extends Log {
    /** Loads the writer and writes what waited. Never rejects. */
    open(): Promise<void>;
    /** Writes what still waits, in the writer's own form, when the process ends before `open`. */
    flush(): void;
}

const ranks: Readonly<Record<Level, number>> = { debug: 20, info: 30, warn: 40, error: 50 };

export function systemLog(options: { level: Level; base: Readonly<Record<string, string>>; write: (line: string) => void }): SystemLog {
    const waiting: { level: Level; at: number; message: string; facts: LogFacts }[] = [];
    let writer: ((level: Level, facts: LogFacts, message: string) => void) | undefined;
    const line =
        (level: Level) =>
        (message: string, facts: LogFacts = {}) => {
            if (ranks[level] < ranks[options.level]) return;
            if (writer !== undefined) writer(level, facts, message);
            else waiting.push({ level, at: Date.now(), message, facts });
        };
    const flush = () => {
        for (const { level, at, message, facts } of waiting.splice(0)) {
            options.write(`${JSON.stringify({ level: ranks[level], time: at, ...options.base, ...facts, msg: message })}\n`);
        }
    };
    return {
        debug: line('debug'),
        info: line('info'),
        warn: line('warn'),
        error: line('error'),
        flush,
        async open() {
            try {
                const { pino } = await import('pino');
                const logger = pino({ level: options.level, base: options.base }, { write: options.write });
                flush();
                writer = (level, facts, message) => logger[level](facts, message);
            } catch {
                flush();
                writer = (level, facts, message) => {
                    waiting.push({ level, at: Date.now(), message, facts });
                    flush();
                };
            }
        },
    };
}
