/**
 * Page files: what `npm run build` made for browsers (dist/page), by name.
 *
 * Rules: a name is looked up in a list that was read beforehand, so no path from a URL reaches the disk. A file whose name carries a hash of
 * its content may be kept for ever; every other one has an ETag.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

const types: Readonly<Record<string, string>> = {
    html: 'text/html; charset=utf-8',
    js: 'text/javascript; charset=utf-8',
    css: 'text/css; charset=utf-8',
    json: 'application/json; charset=utf-8',
    svg: 'image/svg+xml; charset=utf-8',
    png: 'image/png',
    woff: 'font/woff',
    woff2: 'font/woff2',
    ttf: 'font/ttf',
    wav: 'audio/wav',
    mp3: 'audio/mpeg',
    ogg: 'audio/ogg',
    opus: 'audio/ogg',
    webm: 'audio/webm',
};

/** esbuild's hashes are eight capitals and digits. */
const hashed = /-[A-Z0-9]{8}\.[a-z0-9]+$/;

export interface PageFile {
    readonly bytes: Buffer;
    readonly type: string;
    readonly etag: string;
    /** The content of this name never changes. */
    readonly immutable: boolean;
}

export class PageFiles {
    readonly #folder: string;
    #names: Promise<ReadonlyMap<string, string>> | undefined;

    /** @param folder absolute path; it need not be there. */
    constructor(folder: string) {
        this.#folder = folder;
    }

    /** @param name relative to the folder, with slashes. Undefined where there is no such file. */
    async find(name: string): Promise<PageFile | undefined> {
        const found = await this.#read(name);
        if (found !== undefined) return found;
        // A build beside a running kiosk has taken the folder's place: it is listed anew, at most once a question.
        this.#names = undefined;
        return this.#read(name);
    }

    async #read(name: string): Promise<PageFile | undefined> {
        this.#names ??= list(this.#folder);
        const path = (await this.#names).get(name);
        const type = types[name.slice(name.lastIndexOf('.') + 1)];
        if (path === undefined || type === undefined) return undefined;
        const bytes = await readFile(path).catch(() => undefined);
        if (bytes === undefined) return undefined;
        const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
        return { bytes, type, etag, immutable: hashed.test(name) };
    }
}

/** Paths by name; empty where the folder is missing. Links are not followed. */
async function list(folder: string): Promise<ReadonlyMap<string, string>> {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
    return new Map(
        entries
            .filter((entry) => entry.isFile())
            .map((entry) => join(entry.parentPath, entry.name))
            .map((path) => [relative(folder, path).split(sep).join('/'), path]),
    );
}
