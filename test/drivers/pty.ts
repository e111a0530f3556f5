/**
 * A scanner's cable: two pseudo-terminals that socat joins. What is written into one end is read from the other by the real driver,
 * through the real kernel's line discipline.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants, existsSync } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { until } from './until.ts';

/** From the system's package of that name. */
const joiner = 'socat';

export class Cable {
    /** The end that the driver opens. */
    readonly path: string;
    readonly #farPath: string;
    #socat: ChildProcess | undefined;
    #far: FileHandle | undefined;

    constructor(folder: string) {
        this.path = join(folder, 'scanner');
        this.#farPath = join(folder, 'far-end');
    }

    async plug(): Promise<void> {
        await rm(this.path, { force: true });
        await rm(this.#farPath, { force: true });
        const socat = spawn(joiner, [`pty,raw,echo=0,link=${this.path}`, `pty,raw,echo=0,link=${this.#farPath}`], { stdio: 'ignore' });
        this.#socat = socat;
        await new Promise<void>((resolve, reject) => {
            socat.once('spawn', resolve);
            socat.once('error', (error) => {
                this.#socat = undefined;
                reject(new Error(`socat is missing or does not start (${error.message}): install it with "apt-get install socat"`));
            });
        });
        await until('socat has made its terminals', () => existsSync(this.path) && existsSync(this.#farPath));
        this.#far = await open(this.#farPath, constants.O_RDWR | constants.O_NOCTTY);
    }

    async send(text: string | Uint8Array): Promise<void> {
        const bytes = typeof text === 'string' ? Buffer.from(text, 'latin1') : text;
        for (let sent = 0; sent < bytes.length; )
            sent += (await this.#far!.write(bytes, sent, Math.min(1024, bytes.length - sent))).bytesWritten;
    }

    /** Pulls it out, in the middle of whatever is under way. */
    async unplug(): Promise<void> {
        const socat = this.#socat;
        this.#socat = undefined;
        if (socat !== undefined && socat.exitCode === null) {
            const gone = once(socat, 'exit');
            socat.kill('SIGKILL');
            await gone;
        }
        await this.#far?.close();
        this.#far = undefined;
        await rm(this.path, { force: true });
        await rm(this.#farPath, { force: true });
    }
}
