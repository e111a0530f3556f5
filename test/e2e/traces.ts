/** Traces: the forms in which a payment code could have been written down, and a search for them in bytes. */

export interface Trace {
    readonly form: string;
    readonly bytes: Buffer;
    /** Long enough that chance does not write it. */
    readonly certain: boolean;
}

/** Pieces this long are a leak; shorter ones down to `shortLength` may be chance. */
const certainLength = 12;
const shortLength = 8;

/** Every form of a code: as it is, pieces of it forwards and backwards, base64, hex, percent-encoded. */
export function tracesOf(code: string): Trace[] {
    const traces: Trace[] = [];
    const add = (form: string, text: string, certain = true) => traces.push({ form, bytes: Buffer.from(text, 'latin1'), certain });
    const backwards = [...code].reverse().join('');
    for (const [form, text] of [
        ['piece', code],
        ['piece backwards', backwards],
    ] as const) {
        const length = Math.min(certainLength, text.length);
        for (let at = 0; at + length <= text.length; at += 1) add(form, text.slice(at, at + length));
        // The first digits name the wallet's brand and say nothing of the customer.
        const own = text === code ? text.slice(shortLength) : text.slice(0, -shortLength);
        for (let at = 0; at + shortLength <= own.length; at += 1) add(`short ${form}`, own.slice(at, at + shortLength), false);
    }
    for (const encoding of ['base64', 'base64url'] as const) {
        // Wherever the code stands in the bytes that were encoded: three ways to be cut, without what its neighbours decide.
        for (const shift of [0, 1, 2]) {
            const encoded = Buffer.from(`${'x'.repeat(shift)}${code}`, 'latin1').toString(encoding);
            add(encoding, encoded.replace(/=+$/, '').slice(shift === 0 ? 0 : 4, -3));
        }
    }
    const hex = Buffer.from(code, 'latin1').toString('hex');
    add('hex', hex);
    add('percent-encoded', hex.replace(/../g, '%$&'));
    add('spaced', [...code].join(' '));
    add('in groups', code.replace(/.{4}(?=.)/g, '$& '));
    return traces;
}

export interface Leak {
    readonly where: string;
    readonly form: string;
    /** Which of the codes, by its place. */
    readonly code: number;
    readonly certain: boolean;
}

/** Looks for every code in every place. Short pieces count only where three codes left one there: a leak would leave them all. */
export function leaksIn(places: ReadonlyMap<string, Buffer>, codes: readonly string[]): Leak[] {
    const all = codes.map(tracesOf);
    const leaks: Leak[] = [];
    for (const [where, bytes] of places) {
        const found = all.flatMap((traces, code) => {
            const met = traces.filter((trace) => bytes.includes(trace.bytes));
            const worst = met.find((trace) => trace.certain) ?? met[0];
            return worst === undefined ? [] : [{ where, form: worst.form, code, certain: worst.certain }];
        });
        if (found.some((leak) => leak.certain) || found.length > 2) leaks.push(...found);
    }
    return leaks;
}
