/**
 * Scan framer: bytes of a barcode scanner in, scans out. Pure: no clock, no device; the caller says when a pause was long enough.
 *
 * Rules: never holds more than `lengthMax` bytes, whatever comes; after a bad line it goes on at the next line; what it throws away
 * it counts. A line is kept or refused as a whole, so that no code is ever cut.
 * Source: hardware.md §2.1 (framing, AIM prefix, trigger reply of GM65 engines).
 */

/** What ends a scan: a carriage return, a line feed, both, either of them, or only a pause. */
export type Terminator = 'cr' | 'lf' | 'crlf' | 'any' | 'none';

/** Why something was thrown away. `controlBytes` counts bytes, the others count lines. */
export type FramerDrop =
    /** A line that nothing ended before the pause limit, that the loss of the device cut off, or that is an AIM prefix and no more. */
    | 'partial'
    | 'tooLong'
    /** A line with a byte above 0x7F: noise, or a wrong baud rate. */
    | 'notAscii'
    /** Two lines in one: a line end of another kind than the configured one stands inside. */
    | 'otherEnd'
    /** A line that began while nobody wanted it. */
    | 'unwanted'
    | 'controlBytes';

export interface FramedScan {
    readonly text: string;
    readonly symbology?: string;
}

const carriageReturn = 0x0d;
const lineFeed = 0x0a;
/** A GM65's answer to a trigger command, which it sends in front of the data without an end of its own. */
const triggerReply = [0x02, 0x00, 0x00, 0x01, 0x00, 0x33, 0x31];
const aimPrefix = /^\]([A-Za-z][0-9A-Za-z])/;

export class ScanFramer {
    readonly #terminator: Terminator;
    readonly #lengthMax: number;
    readonly #line: Uint8Array;
    readonly #dropped: Record<FramerDrop, number> = { partial: 0, tooLong: 0, notAscii: 0, otherEnd: 0, unwanted: 0, controlBytes: 0 };
    /** Printable bytes of the line so far. */
    #length = 0;
    /** Bytes of the line so far, printable or not; stops counting where it no longer matters. */
    #seen = 0;
    /** What is wrong with the line under way; it is thrown away at its end. */
    #spoiled: Exclude<FramerDrop, 'controlBytes' | 'partial'> | undefined;
    #replyMatched = 0;
    #otherEnd = false;
    #afterReturn = false;

    /** @param options.lengthMax the longest scan, in bytes. */
    constructor(options: { terminator: Terminator; lengthMax: number }) {
        this.#terminator = options.terminator;
        this.#lengthMax = options.lengthMax;
        this.#line = new Uint8Array(options.lengthMax);
    }

    /** Scans that these bytes end, in order. */
    push(bytes: Uint8Array): FramedScan[] {
        const scans: FramedScan[] = [];
        for (const byte of bytes) {
            if (this.#ends(byte)) {
                const scan = this.#finish();
                if (scan !== undefined) scans.push(scan);
            } else {
                this.#take(byte);
            }
            this.#afterReturn = byte === carriageReturn;
        }
        return scans;
    }

    /** The line was quiet for longer than the limit: with terminator `none` that ends a scan, else what came so far is no scan. */
    pause(): FramedScan | undefined {
        if (this.#terminator === 'none') return this.#finish();
        this.abandon();
        return undefined;
    }

    /** Throws away the line under way, because the device is gone or will not end it. */
    abandon(): void {
        if (this.#seen > 0) this.#dropped[this.#spoiled ?? 'partial'] += 1;
        this.#begin();
    }

    /** Whatever has come of the line under way does not count, and neither does the rest of it. True when there is such a line. */
    refuseLine(): boolean {
        if (this.#seen === 0) return false;
        this.#spoiled = 'unwanted';
        return true;
    }

    /** As `refuseLine`, but a line is under way even if nothing of it was seen: the device was opened in the middle of it. */
    joinMidLine(): void {
        this.#seen = Math.max(this.#seen, 1);
        this.#spoiled = 'unwanted';
    }

    /** True while a line has begun and not ended. */
    get midLine(): boolean {
        return this.#seen > 0;
    }

    dropped(): Readonly<Record<FramerDrop, number>> {
        return { ...this.#dropped };
    }

    #ends(byte: number): boolean {
        switch (this.#terminator) {
            case 'any':
                return byte === carriageReturn || byte === lineFeed;
            case 'cr':
                return byte === carriageReturn;
            case 'lf':
                return byte === lineFeed;
            case 'crlf':
                return byte === lineFeed && this.#afterReturn;
            case 'none':
                return false;
        }
    }

    #take(byte: number): void {
        // A bare line end of another kind (the LF of CRLF where CR ends, for one) begins no line.
        const isLineEnd = byte === carriageReturn || byte === lineFeed;
        if (isLineEnd && this.#seen === 0) return;
        if (this.#seen < triggerReply.length) this.#matchReply(byte);
        if (this.#seen <= this.#lengthMax) this.#seen += 1;
        if (isLineEnd) {
            this.#otherEnd = true;
        } else if (byte < 0x20 || byte === 0x7f) {
            this.#dropped.controlBytes += 1;
        } else if (byte > 0x7f) {
            this.#spoiled ??= 'notAscii';
        } else if (this.#otherEnd) {
            this.#spoiled ??= 'otherEnd';
        } else if (this.#length === this.#lengthMax) {
            this.#spoiled ??= 'tooLong';
        } else {
            this.#line[this.#length] = byte;
            this.#length += 1;
        }
        if (this.#replyMatched === triggerReply.length) {
            this.#length = 0;
            this.#replyMatched = -1;
        }
    }

    #matchReply(byte: number): void {
        if (this.#replyMatched === this.#seen && byte === triggerReply[this.#seen]) this.#replyMatched += 1;
    }

    #finish(): FramedScan | undefined {
        const spoiled = this.#spoiled;
        const text = spoiled === undefined ? String.fromCharCode(...this.#line.subarray(0, this.#length)) : '';
        this.#begin();
        if (spoiled !== undefined) {
            this.#dropped[spoiled] += 1;
            return undefined;
        }
        const symbology = aimPrefix.exec(text)?.[1];
        const code = symbology === undefined ? text : text.slice(symbology.length + 1);
        if (code === '') {
            if (symbology !== undefined) this.#dropped.partial += 1;
            return undefined;
        }
        return symbology === undefined ? { text: code } : { text: code, symbology };
    }

    #begin(): void {
        // A payment code is a credential: not a digit of it stays behind.
        this.#line.fill(0, 0, this.#length);
        this.#length = 0;
        this.#seen = 0;
        this.#spoiled = undefined;
        this.#replyMatched = 0;
        this.#otherEnd = false;
    }
}
