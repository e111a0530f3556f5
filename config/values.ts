/**
 * Values: the kinds of value that a configuration file may hold, each with the sentence that says what to write instead.
 *
 * Every message completes "`file:line path: …`" and is read by somebody who stands in front of a machine that does not start.
 */
import * as v from 'valibot';

/** Largest amount that stays exact as a JavaScript number too: 2^53 − 1 of the smallest unit. */
const amountMax = BigInt(Number.MAX_SAFE_INTEGER);

/** Currencies of the gateway's published table (protocol §3.2); their exponents are in firmware/sale/money.ts. */
export const currencies = [
    ...['AUD', 'BDT', 'BRL', 'CAD', 'CLP', 'CNY', 'EUR', 'GBP', 'HKD', 'IDR', 'JPY', 'KRW'],
    ...['MXN', 'MYR', 'NZD', 'PEN', 'PHP', 'PKR', 'PLN', 'SGD', 'THB', 'TWD', 'USD', 'VND'],
];

/** A block of keys: unknown keys are errors, and a value that is no block is told so. */
export function block<const Entries extends v.ObjectEntries>(description: string, entries: Entries) {
    return v.pipe(v.strictObject(entries, 'must be a block of keys, each on a line of its own below it.'), v.description(description));
}

/** Text of one line, 1 to `lengthMax` characters. */
export function text(description: string, lengthMax: number) {
    return v.pipe(
        v.string(`must be text of 1 to ${lengthMax} characters, in quotes where it looks like a number.`),
        v.check((value) => !hasControlCharacter(value), 'must be a single line without control characters.'),
        v.nonEmpty('must not be empty.'),
        v.maxLength(lengthMax, `must have at most ${lengthMax} characters.`),
        v.description(description),
    );
}

function hasControlCharacter(value: string): boolean {
    for (const character of value) if (character < ' ' || character === '\u007f') return true;
    return false;
}

/** A word that must fit `pattern`; `sentence` says what to write. */
export function word(options: { description: string; pattern: RegExp; sentence: string }) {
    return v.pipe(v.string(options.sentence), v.regex(options.pattern, options.sentence), v.description(options.description));
}

/** An id as the gateway takes them (protocol §3.5). */
export function id(description: string, lengthMax = 64) {
    return word({
        description,
        pattern: new RegExp(`^[A-Za-z0-9_-]{1,${lengthMax}}$`),
        sentence: `must be 1 to ${lengthMax} letters, digits, "_" or "-", in quotes where it looks like a number.`,
    });
}

/** ISO 18245, four digits. */
export function categoryCode(description: string) {
    return word({
        description,
        pattern: /^[0-9]{4}$/,
        sentence: 'must be a merchant category code of four digits in quotes, such as "5814".',
    });
}

/** ISO 4217, one of the gateway's table. */
export function currency(description: string) {
    return v.pipe(
        v.picklist(currencies, `must be a currency of the gateway's table: ${currencies.join(' ')}.`),
        v.description(description),
    );
}

/** Minor units as the gateway's strings: at most 2^53 − 1. */
export function amount(description: string) {
    const sentence =
        'must be a whole number of the smallest unit in quotes, such as "150" for 1.50 EUR, without sign, point or leading zero.';
    return v.pipe(
        v.string(sentence),
        v.regex(/^(0|[1-9][0-9]{0,15})$/, sentence),
        v.check((value) => !/^[0-9]{1,20}$/.test(value) || BigInt(value) <= amountMax, `must be at most ${amountMax}.`),
        v.description(description),
    );
}

/** An amount of at least one unit. */
export function price(description: string) {
    return v.pipe(
        amount(description),
        v.check((value) => value !== '0', 'must be more than "0".'),
        v.description(description),
    );
}

export function wholeNumber(options: { description: string; min: number; max: number }) {
    const sentence = `must be a whole number from ${options.min} to ${options.max}.`;
    return v.pipe(
        v.number(sentence),
        v.integer(sentence),
        v.minValue(options.min, sentence),
        v.maxValue(options.max, sentence),
        v.description(options.description),
    );
}

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const durationPattern = /^([0-9]{1,9})(ms|s|m|h|d)$/;

/** Milliseconds of "500ms", "90s", "10m", "2h" or "1d"; undefined for anything else. */
export function readDurationMs(written: string): number | undefined {
    const [, digits, unit] = durationPattern.exec(written) ?? [];
    return digits === undefined || unit === undefined ? undefined : Number(digits) * (unitMs[unit] ?? Number.NaN);
}

/** Milliseconds as a person writes them: the largest unit that leaves no rest. */
export function writeDuration(ms: number): string {
    for (const unit of ['d', 'h', 'm', 's']) {
        const size = unitMs[unit] ?? 1;
        if (ms !== 0 && ms % size === 0) return `${ms / size}${unit}`;
    }
    return `${ms}ms`;
}

/** A wait: whole milliseconds or "500ms", "90s", "10m", "2h"; in the loaded configuration always milliseconds. */
export function duration(options: { description: string; minMs: number; maxMs: number }) {
    const bounds = `must be from ${writeDuration(options.minMs)} to ${writeDuration(options.maxMs)}.`;
    const sentence = `must be whole milliseconds or a duration such as "500ms", "90s", "10m" or "2h", ${bounds.slice('must be '.length)}`;
    return v.pipe(
        v.union(
            [v.pipe(v.number(), v.integer(sentence), v.minValue(0, sentence)), v.pipe(v.string(), v.regex(durationPattern, sentence))],
            sentence,
        ),
        v.description(`${options.description} From ${bounds.slice('must be from '.length)}`),
        v.transform((value) => (typeof value === 'number' ? value : (readDurationMs(value) ?? Number.NaN))),
        v.minValue(options.minMs, bounds),
        v.maxValue(options.maxMs, bounds),
    );
}

/** A file or folder; relative to the folder of the configuration file. */
export function path(description: string) {
    const sentence = 'must be the path of a file, relative to the folder of this configuration file or absolute.';
    return v.pipe(
        v.string(sentence),
        v.nonEmpty(sentence),
        v.maxLength(4000, sentence),
        v.check((value) => !hasControlCharacter(value), sentence),
        v.description(description),
    );
}

/** An http: or https: address without user name and password, for those are secrets. */
export function webAddress(description: string) {
    const sentence = 'must be a web address such as "https://pay.example.com", at most 2048 characters.';
    return v.pipe(
        v.string(sentence),
        v.maxLength(2048, sentence),
        v.check((value) => readUrl(value) !== undefined, sentence),
        v.check((value) => {
            const url = readUrl(value);
            return url === undefined || (url.username === '' && url.password === '');
        }, 'must not contain a user name or a password.'),
        v.check((value) => readUrl(value)?.hash === '' && !value.endsWith('#'), 'must not contain a "#" part.'),
        v.description(description),
    );
}

/** An http: or https: URL, else undefined. */
export function readUrl(value: string): URL | undefined {
    const url = URL.parse(value);
    return url !== null && (url.protocol === 'http:' || url.protocol === 'https:') ? url : undefined;
}

/** Where to listen: address and port, with brackets around IPv6. Port 0 takes a free one. */
export function listenAddress(description: string) {
    const sentence = 'must be an address and a port in quotes, such as "127.0.0.1:8080" or "[::1]:8080".';
    return v.pipe(
        v.string(sentence),
        v.check((value) => readListen(value) !== undefined, sentence),
        v.description(description),
    );
}

/** Host (without brackets) and port of a listen address; undefined where it is none. */
export function readListen(value: string): { readonly host: string; readonly port: number } | undefined {
    const match = /^(?:\[([0-9A-Fa-f:.]{2,45})\]|([A-Za-z0-9.-]{1,253})):([0-9]{1,5})$/.exec(value);
    const host = match?.[1] ?? match?.[2];
    const port = Number(match?.[3]);
    return host === undefined || port > 65535 ? undefined : { host, port };
}

/** True for names and addresses that never leave this machine: 127.0.0.0/8, ::1, localhost. */
export function isLoopback(host: string): boolean {
    const bare = host.replace(/^\[|\]$/g, '').toLowerCase();
    return bare === 'localhost' || bare === '::1' || /^127(\.[0-9]{1,3}){3}$/.test(bare);
}
