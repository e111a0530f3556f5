/**
 * TTY: one opening of a serial line, by the serialport package (its stream and its binding alone, without its parsers).
 *
 * Rules: the line is taken exclusively, raw, without flow control. `onGone` comes at most once, and never after `close`.
 */
import { read as readFrom } from 'node:fs';
import { promisify } from 'node:util';
import type { BindingInterface, BindingPortInterface } from '@serialport/bindings-cpp';
import { Fault } from '../../firmware/ports/fault.ts';

export interface TtyOrder {
    readonly path: string;
    readonly baudRate: number;
    readonly dataBits: 7 | 8;
    readonly parity: 'none' | 'even' | 'odd';
    readonly stopBits: 1 | 2;
    readonly onBytes: (bytes: Uint8Array) => void;
    /** The far end or the device is gone; the line is closed. */
    readonly onGone: (reason: string) => void;
}

export interface Tty {
    /** Never rejects, may be called again. */
    close(): Promise<void>;
}

export type OpenTty = (order: TtyOrder) => Promise<Tty>;

/** The most that one read takes, and so all that the line holds back: a scan is a few dozen bytes. */
const readBytesMax = 4096;

/**
 * Loads the serialport package.
 * Rejects with SERIALPORT_MISSING when its native part does not load on this machine.
 */
export async function loadOpenTty(): Promise<OpenTty> {
    try {
        const [{ SerialPortStream }, { autoDetect }] = await Promise.all([
            import('@serialport/stream'),
            import('@serialport/bindings-cpp'),
        ]);
        const found = autoDetect() as BindingInterface;
        const binding: BindingInterface = {
            list: () => found.list(),
            open: async (options) => endAtHangUp(await found.open(options)),
        };
        return (order) =>
            openTty(order, (options) => new SerialPortStream({ ...options, binding, autoOpen: false, highWaterMark: readBytesMax }));
    } catch (cause) {
        throw new Fault({
            code: 'SERIALPORT_MISSING',
            kind: 'config',
            message:
                'The serialport package does not load on this machine: install the packages again (npm ci), or set scanner.type to another driver.',
            facts: { platform: process.platform, architecture: process.arch },
            cause,
        });
    }
}

/** What is used of an opening on Linux and macOS beyond the binding's interface. */
interface PolledPort extends BindingPortInterface {
    readonly fd: number | null;
    readonly poller: { once(event: 'readable', done: (error: Error | null) => void): unknown };
}

const readOnce = promisify(readFrom);

/**
 * Ends a line that the kernel hung up. Such a line reads as empty for ever, and the binding (13.0.1) asks it again without a pause, with
 * a whole processor and growing memory (serialport/bindings-cpp#162): it happens to whoever is unplugged while bytes come.
 */
function endAtHangUp(port: BindingPortInterface): BindingPortInterface {
    if (!('poller' in port && 'fd' in port)) return port;
    const polled = port as PolledPort;
    port.read = async (buffer, offset, length) => {
        for (;;) {
            // The stream takes an error marked so for the consequence of its own close.
            if (polled.fd === null) throw Object.assign(new Error('closed'), { canceled: true });
            try {
                const { bytesRead } = await readOnce(polled.fd, buffer, offset, length, null);
                if (bytesRead === 0) throw new Error('hung up');
                return { buffer, bytesRead };
            } catch (error) {
                const { code } = error as NodeJS.ErrnoException;
                if (code !== 'EAGAIN' && code !== 'EWOULDBLOCK' && code !== 'EINTR') throw error;
            }
            await new Promise<void>((resolve, reject) => {
                polled.poller.once('readable', (error) => (error === null ? resolve() : reject(error)));
            });
        }
    };
    return port;
}

type LineOptions = Pick<TtyOrder, 'path' | 'baudRate' | 'dataBits' | 'parity' | 'stopBits'> & { readonly lock: true };

/** What is used of serialport's stream. */
interface Port {
    on(event: 'data', listener: (bytes: Uint8Array) => void): unknown;
    on(event: 'close' | 'error', listener: (error?: Error | null) => void): unknown;
    on(event: 'end', listener: () => void): unknown;
    open(done: (error: Error | null) => void): void;
    close(done: (error: Error | null) => void): void;
}

function openTty(order: TtyOrder, newPort: (options: LineOptions) => Port): Promise<Tty> {
    const { path, baudRate, dataBits, parity, stopBits, onBytes, onGone } = order;
    const port = newPort({ path, baudRate, dataBits, parity, stopBits, lock: true });
    let over = false;
    const end = (reason: string): void => {
        if (over) return;
        over = true;
        onGone(reason);
    };
    const close = (): Promise<void> => {
        over = true;
        // A port that is closed already answers with an error, which says what was wanted.
        return new Promise((resolve) => port.close(() => resolve()));
    };
    return new Promise((resolve, reject) => {
        port.on('error', (error) => {
            if (over) return;
            const reason = error?.message ?? 'error';
            port.close(() => end(reason));
        });
        port.on('close', (error) => end(error?.message ?? 'closed'));
        // A line that ends without being closed would be read for ever.
        port.on('end', () => port.close(() => end('end of file')));
        port.on('data', (bytes) => {
            if (!over) onBytes(bytes);
        });
        port.open((error) => {
            if (error !== null) {
                over = true;
                reject(error);
            } else {
                resolve({ close });
            }
        });
    });
}
