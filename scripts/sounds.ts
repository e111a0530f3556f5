/**
 * `npm run sounds`: the spoken prompts of firmware/screens/sounds.ts as files, dist/page/sounds/<language>/<prompt>.wav, with index.json
 * beside them; by the free voices of espeak-ng. Tones need no files.
 *
 * A recording of your own, config/sounds/<language>/<prompt>.wav, takes the place of the voice (docs/sounds.md). Without espeak-ng the
 * prompts are left out, and that is no error: a kiosk without them is quieter, not poorer, for the screen says all of it.
 *
 * Usage: node scripts/sounds.ts
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { catalogues, textOf } from '../firmware/screens/messages.ts';
import { prompts } from '../firmware/screens/sounds.ts';
import { root } from './house/programs.ts';
import { type Voice, voices } from './sounds/voices.ts';
import { at16kHz, readWave, sampleRateHz, spoken, trimmed, WaveProblem, writeWave } from './sounds/wave.ts';

const run = promisify(execFile);

/** Where the kiosk looks for them. */
export const soundsFolder = join(root, 'dist', 'page', 'sounds');

/** What stands in index.json; file names are relative to it. */
export interface SoundIndex {
    readonly languages: Readonly<Record<string, { readonly voice: string; readonly prompts: Readonly<Record<string, string>> }>>;
    /** Languages that nobody speaks, with the reason; prompts that a language lacks have their sentence here as `<language>/<prompt>`. */
    readonly leftOut: Readonly<Record<string, string>>;
}

/** What is done when the cache's form or the way of making a file changes. */
const recipe = 1;
/** Longer than this is no prompt: the customer has gone on. */
const longestS = 15;

interface Order {
    /** The folder for the files; it is emptied first. */
    readonly into: string;
    /** One line for the person who builds. */
    readonly log: (line: string) => void;
    /** The speech program; `espeak-ng` without it. */
    readonly program?: string;
    /** Recordings that come before the voice; config/sounds without it. */
    readonly own?: string;
    /** Where files stay from build to build; .cache/sounds without it. */
    readonly cache?: string;
}

/** Makes every prompt in every language; what a voice cannot say is left out and told. Rejects only where the disk does. */
export async function makeSounds(order: Order): Promise<SoundIndex> {
    const { into, log } = order;
    const own = order.own ?? join(root, 'config', 'sounds');
    const studio = new Studio(order.program ?? 'espeak-ng', order.cache ?? join(root, '.cache', 'sounds'));
    const version = await studio.open();
    if (version === undefined) {
        log('espeak-ng is not installed, so the spoken prompts are left out; tones stay. To have them: sudo apt-get install espeak-ng');
    }
    rmSync(into, { recursive: true, force: true });
    mkdirSync(into, { recursive: true });
    const languages: Record<string, { voice: string; prompts: Record<string, string> }> = {};
    const leftOut: Record<string, string> = {};
    let bytes = 0;
    for (const language of Object.keys(catalogues)) {
        const voice = voices[language] ?? 'no voice is named for it in scripts/sounds/voices.ts';
        const files: Record<string, string> = {};
        const names = new Set<string>();
        await inPairs(Object.entries(prompts), async ([prompt, keys]) => {
            const recording = ownRecording({ folder: own, language, prompt, log });
            const texts = keys.map((key) => textOf({ key }, { locale: language, timeZone: 'UTC' }));
            const made = recording ?? (typeof voice === 'string' ? undefined : await studio.speak(texts, voice));
            if (made === undefined) {
                if (version !== undefined && typeof voice !== 'string')
                    leftOut[`${language}/${prompt}`] = `the voice cannot read: ${texts.join(' ')}`;
                return;
            }
            names.add(recording === undefined && typeof voice !== 'string' ? `${version}, voice ${voice.name}` : 'own recordings');
            files[prompt] = `${language}/${prompt}.wav`;
            mkdirSync(join(into, language), { recursive: true });
            copyFileSync(made, join(into, language, `${prompt}.wav`));
            bytes += statSync(made).size;
        });
        if (names.size > 0) languages[language] = { voice: [...names].sort().join('; '), prompts: sorted(files) };
        else
            leftOut[language] =
                typeof voice === 'string'
                    ? voice
                    : version === undefined
                      ? 'espeak-ng is not installed'
                      : `espeak-ng has no voice ${voice.name}`;
    }
    for (const language of Object.keys(leftOut).filter((name) => !name.includes('/'))) {
        for (const name of Object.keys(leftOut)) if (name.startsWith(`${language}/`)) delete leftOut[name];
    }
    studio.tidy();
    const index: SoundIndex = { languages, leftOut };
    writeFileSync(join(into, 'index.json'), `${JSON.stringify(index, undefined, 2)}\n`);
    const count = Object.values(languages).reduce((sum, language) => sum + Object.keys(language.prompts).length, 0);
    const quiet = version === undefined ? [] : Object.entries(leftOut).map(([name, why]) => `${name}: ${why}`);
    if (count > 0) log(`sounds: ${count} prompts in ${Object.keys(languages).join(', ')}; ${Math.round(bytes / 1e5) / 10} MB`);
    for (const line of quiet) log(`sounds: none for ${line}`);
    return index;
}

/** Turns sentences into files by a speech program, and keeps what it made. */
class Studio {
    readonly #program: string;
    readonly #cache: string;
    readonly #used = new Set<string>();
    /** Many prompts say the same sentence. */
    readonly #sentences = new Map<string, Promise<Float32Array>>();
    #version: string | undefined;
    #names = new Set<string>();

    constructor(program: string, cache: string) {
        this.#program = program;
        this.#cache = cache;
    }

    /** @returns the program's name and version; undefined where it is not installed. */
    async open(): Promise<string | undefined> {
        try {
            const { stdout } = await run(this.#program, ['--version']);
            const list = await run(this.#program, ['--voices']);
            // "Pty Language Age/Gender VoiceName …": the language is the name that -v takes.
            this.#names = new Set(list.stdout.split('\n').map((line) => line.trim().split(/\s+/)[1] ?? ''));
            this.#version = `espeak-ng ${/\d+(?:\.\d+)+/.exec(stdout)?.[0] ?? 'of an unknown version'}`;
        } catch {
            this.#version = undefined;
        }
        return this.#version;
    }

    /** @returns the file's path; undefined where the voice is missing or cannot read one of the sentences. */
    async speak(texts: readonly string[], voice: Voice): Promise<string | undefined> {
        if (this.#version === undefined || !this.#names.has(voice.name)) return undefined;
        const read = texts.map((text) => readable(text, voice));
        const sentences = read.filter((text) => text !== undefined);
        if (sentences.length < read.length) return undefined;
        const settings = JSON.stringify({ recipe, version: this.#version, name: voice.name, speed: voice.speed, sentences });
        const name = `${createHash('sha256').update(settings).digest('hex').slice(0, 32)}.wav`;
        const file = join(this.#cache, name);
        this.#used.add(name);
        if (existsSync(file)) return file;
        const parts: Float32Array[] = [];
        for (const sentence of sentences) parts.push(await this.#once(sentence, voice));
        if (parts.some((part) => part.length === 0)) return undefined;
        mkdirSync(this.#cache, { recursive: true });
        // Whole or not at all: a build may be broken off.
        writeFileSync(`${file}.${process.pid}`, writeWave(spoken(parts)));
        renameSync(`${file}.${process.pid}`, file);
        return file;
    }

    #once(text: string, voice: Voice): Promise<Float32Array> {
        const name = `${voice.name} ${text}`;
        const known = this.#sentences.get(name) ?? this.#sentence(text, voice);
        this.#sentences.set(name, known);
        return known;
    }

    async #sentence(text: string, voice: Voice): Promise<Float32Array> {
        const args = ['-v', voice.name, '-s', String(voice.speed), '-b', '1', '--stdin', '--stdout'];
        const speaking = run(this.#program, args, { encoding: 'buffer', maxBuffer: 16_000_000, timeout: 20_000 });
        // A program that ends before it has read all is told below, by how it ended.
        speaking.child.stdin?.on('error', () => undefined);
        // By a pipe, for a sentence that begins with a hyphen is no option.
        speaking.child.stdin?.end(text);
        try {
            return trimmed(at16kHz(readWave((await speaking).stdout)));
        } catch {
            return new Float32Array(0);
        }
    }

    /** Files of sentences that nobody says any more. */
    tidy(): void {
        if (this.#version === undefined || !existsSync(this.#cache)) return;
        for (const name of readdirSync(this.#cache)) if (!this.#used.has(name)) rmSync(join(this.#cache, name), { force: true });
    }
}

/** Plain words for a voice: spaces that do not break and quotation marks are for the eye. */
function readable(text: string, voice: Voice): string | undefined {
    const sentence = voice.read === undefined ? text : voice.read(text);
    return sentence
        ?.replace(/[\u00a0\u202f]/g, ' ')
        .replace(/[“”„«»‘「」]/g, '')
        .trim();
}

/** A recording that stands in for the voice; one that cannot be played is told and not taken. */
function ownRecording(order: { folder: string; language: string; prompt: string; log: (line: string) => void }): string | undefined {
    const file = join(order.folder, order.language, `${order.prompt}.wav`);
    if (!existsSync(file)) return undefined;
    try {
        const { rateHz, samples } = readWave(readFileSync(file));
        if (samples.length / rateHz <= longestS) return file;
        throw new WaveProblem(`it takes longer than ${longestS} seconds`);
    } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        order.log(`sounds: ${file} is not used: ${why}. Save it as WAV, PCM of 16 bits, ${sampleRateHz} samples a second, one channel.`);
        return undefined;
    }
}

function sorted(files: Readonly<Record<string, string>>): Record<string, string> {
    return Object.fromEntries(Object.entries(files).sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** Two at a time: a Pi or a builder's laptop has other things to do. */
async function inPairs<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
    const left = [...items];
    const worker = async () => {
        for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
    };
    await Promise.all([worker(), worker()]);
}

if (import.meta.main) {
    const [argument] = process.argv.slice(2);
    if (argument === undefined) await makeSounds({ into: soundsFolder, log: (line) => console.log(line) });
    else {
        // A folder to write to would be emptied first: nobody names one here by mistake.
        console.log(
            'npm run sounds takes no arguments. It makes the spoken prompts anew in dist/page/sounds; docs/sounds.md has the rest.',
        );
        process.exitCode = /^(--help|-h)$/.test(argument) ? 0 : 64;
    }
}
