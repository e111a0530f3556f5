/** Log: lines for a person or a collector, in JSON. Facts never hold a secret (payment code, key, token). */

export type LogFacts = Readonly<Record<string, string | number | boolean | undefined>>;

export interface Log {
    debug(message: string, facts?: LogFacts): void;
    info(message: string, facts?: LogFacts): void;
    warn(message: string, facts?: LogFacts): void;
    error(message: string, facts?: LogFacts): void;
}
