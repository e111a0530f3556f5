/**
 * Live: everything that the kiosk's page shows, over one connection: `hello` once, `state` in parts that replace whole top-level keys,
 * `record` for each journal record after its sync, `beat` each second while the till's loop turns.
 *
 * Rules: nothing is watched while nobody reads. Records come without a gap: what was not heard as it was written is read from the journal.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock, Timer } from '../ports/clock.ts';
import type { Desk } from '../ports/desk.ts';
import type { Display, GlassView } from '../ports/devices.ts';
import type { JournalRecord } from '../ports/journal.ts';
import type { VirtualDevices } from '../ports/virtual.ts';
import { faceOf, GlassLooker } from './face.ts';
import { eventText, openStream, type Stream } from './stream.ts';

const readersMax = 32;
const beatMs = 1_000;
/** Records that a reader without a past hears first. */
const recordsFirst = 60;
/** Records that a reader who was away hears at most; the rest is in the journal. */
const recordsMissedMax = 1_000;
const recordsAtOnce = 200;

export interface LiveOptions {
    readonly version: string;
    readonly clock: Clock;
    readonly virtual: VirtualDevices;
    readonly display: () => Display | undefined;
    /** Addresses of the other programs on this machine that the page talks to. */
    readonly links: { readonly sandbox?: string; readonly stage?: string };
}

export interface Live {
    /** Takes the response over; false when there are too many readers. */
    open(options: { request: IncomingMessage; response: ServerResponse; desk: Desk }): boolean;
    /** Something was done to a device that tells nobody by itself. */
    touched(): void;
    count(): number;
    close(): void;
}

interface Reader {
    readonly stream: Stream;
    /** The newest record that it has heard. */
    seq: number;
    /** The journal is being read for it. */
    reading: boolean;
}

export function createLive(options: LiveOptions): Live {
    const readers = new Set<Reader>();
    let watch: Watch | undefined;
    const leave = (reader: Reader) => {
        readers.delete(reader);
        if (readers.size > 0) return;
        watch?.stop();
        watch = undefined;
    };
    return {
        open({ request, response, desk }) {
            if (readers.size >= readersMax) return false;
            const head = desk.head();
            const heard = lastEventId(request);
            const seq = heard === undefined || heard > head ? Math.max(0, head - recordsFirst) : Math.max(heard, head - recordsMissedMax);
            const reader: Reader = { stream: openStream(response, () => leave(reader)), seq, reading: false };
            readers.add(reader);
            watch ??= new Watch({ ...options, desk, readers });
            watch.greet(reader);
            return true;
        },
        touched: () => watch?.look(),
        count: () => readers.size,
        close() {
            for (const { stream } of [...readers]) stream.end();
        },
    };
}

/** Looks at the kiosk for all readers together. */
class Watch {
    readonly #options: LiveOptions & { readonly desk: Desk; readonly readers: ReadonlySet<Reader> };
    readonly #glass: GlassLooker;
    readonly #stops: (() => void)[];
    /** What the readers know, by key: the glass as its object, the rest as text. */
    readonly #told = new Map<string, GlassView | string>();
    #beat: Timer | undefined;
    #looking = false;
    #stopped = false;

    constructor(options: LiveOptions & { desk: Desk; readers: ReadonlySet<Reader> }) {
        this.#options = options;
        const { desk, virtual } = options;
        this.#glass = new GlassLooker({ desk, virtual, display: options.display() });
        const look = () => this.look();
        this.#stops = [
            desk.onFace(look),
            desk.onRecords((records) => this.#written(records)),
            virtual.scanner?.onSeen(look),
            virtual.display?.onGlass(look),
            virtual.dispenser?.onSlots(look),
            virtual.dispenser?.onStatus(look),
        ].filter((stop) => stop !== undefined);
        this.#changes();
        this.#beatLater();
    }

    stop(): void {
        this.#stopped = true;
        this.#beat?.cancel();
        for (const stop of this.#stops) stop();
    }

    greet(reader: Reader): void {
        reader.stream.event('hello', this.#hello());
        // Whoever reads already hears first what has changed, so that all know the same.
        this.#tell();
        reader.stream.event('state', this.#state());
        void this.#readJournal(reader);
    }

    /** Several changes in one go are told once, after whoever caused them was answered. */
    look(): void {
        if (this.#looking || this.#stopped) return;
        this.#looking = true;
        setImmediate(() => {
            this.#looking = false;
            if (!this.#stopped) this.#tell();
        });
    }

    #tell(): void {
        const changed = this.#changes();
        if (Object.keys(changed).length === 0) return;
        this.#tellAll(eventText('state', changed));
    }

    #tellAll(text: string): void {
        for (const { stream } of this.#options.readers) stream.send(text);
    }

    #state(): Readonly<Record<string, unknown>> {
        const { desk, virtual } = this.#options;
        return faceOf({ desk, virtual, display: this.#options.display() }, this.#glass.look());
    }

    #changes(): Readonly<Record<string, unknown>> {
        const changed: Record<string, unknown> = {};
        for (const [key, value] of Object.entries(this.#state())) {
            // Pictures are large, and one object each: comparing them by their text would take longer than drawing them.
            const told = key === 'glass' ? (value as GlassView) : JSON.stringify(value);
            if (this.#told.get(key) === told) continue;
            this.#told.set(key, told);
            changed[key] = value;
        }
        return changed;
    }

    #hello(): unknown {
        const { desk, version, virtual, links } = this.#options;
        const { entryPage, ...about } = desk.about();
        const display = this.#options.display();
        return {
            version,
            ...about,
            devices: {
                scanner: virtual.scanner !== undefined,
                display: virtual.display !== undefined,
                dispenser: virtual.dispenser !== undefined,
                panel: virtual.panel !== undefined,
            },
            display:
                display === undefined
                    ? { form: 'svg', width: 800, height: 480, depth: 24 }
                    : { form: display.form, width: display.width, height: display.height, depth: display.depth },
            links: { ...links, ...(entryPage === undefined ? {} : { entryPage }) },
        };
    }

    #written(records: readonly JournalRecord[]): void {
        const texts = records.map(recordText);
        for (const reader of this.#options.readers) {
            if (reader.reading) continue;
            if (records[0]?.seq === reader.seq + 1) hear(reader, records, texts);
            // The journal writes records of its own, which are heard by nobody.
            else void this.#readJournal(reader);
        }
    }

    async #readJournal(reader: Reader): Promise<void> {
        if (reader.reading) return;
        reader.reading = true;
        const { desk } = this.#options;
        try {
            while (!reader.stream.ended && reader.seq < desk.head()) {
                const { records, head } = await desk.records({ after: reader.seq, limit: recordsAtOnce });
                hear(reader, records, records.map(recordText));
                if (records.length === 0) reader.seq = head;
                await reader.stream.drained();
            }
        } catch {
            // A journal that cannot be read ends the stream; the reader comes back with the last id that it has seen.
            reader.stream.cut();
        } finally {
            reader.reading = false;
        }
    }

    #beatLater(): void {
        this.#beat = this.#options.clock.after(beatMs, () => {
            if (this.#stopped) return;
            const { desk, clock } = this.#options;
            const { turns, alive } = desk.pulse();
            if (alive) this.#tellAll(eventText('beat', { turns, at: clock.wallMs() }));
            // Goods fall and time passes without a word.
            this.look();
            this.#beatLater();
        });
    }
}

const recordText = (record: JournalRecord) => eventText('record', record, record.seq);

function hear(reader: Reader, records: readonly JournalRecord[], texts: readonly string[]): void {
    for (const text of texts) reader.stream.send(text);
    reader.seq = records.at(-1)?.seq ?? reader.seq;
}

/** Zero and positive whole numbers; anything else counts as no id at all. */
function lastEventId(request: IncomingMessage): number | undefined {
    const header = request.headers['last-event-id'];
    return typeof header === 'string' && /^[0-9]{1,15}$/.test(header) ? Number(header) : undefined;
}
