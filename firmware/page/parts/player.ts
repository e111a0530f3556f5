/**
 * Player: plays a tone from its notes, then a spoken prompt from its file, one at a time.
 *
 * Rules: a new sound ends the one before; what cannot be played is silence, never an error.
 */
import type { FrameSound } from '../../ports/devices.ts';
import { type Note, tones } from '../../screens/sounds.ts';

/** What GET /page/sounds/index.json tells: files by prompt for each language that has a voice. */
interface SoundIndex {
    readonly languages: Readonly<Record<string, { readonly prompts: Readonly<Record<string, string>> }>>;
}

const folder = '/page/sounds/';
const loudness = 0.16;
const lateMs = 1000;
/** A tone that begins or ends at once clicks. */
const rampS = 0.012;

export class Player {
    #audio: AudioContext | undefined;
    #index: Promise<SoundIndex | undefined> | undefined;
    readonly #prompts = new Map<string, Promise<AudioBuffer | undefined>>();
    #playing: AudioScheduledSourceNode[] = [];
    #turn = 0;

    /** Lets it sound; browsers allow that only while a press is handled, a kiosk's at any time. */
    wake(): void {
        try {
            this.#audio ??= new AudioContext();
            void this.#audio.resume().catch(() => undefined);
        } catch {
            this.#audio = undefined;
        }
    }

    play(sound: FrameSound, language: string): void {
        this.wake();
        const audio = this.#audio;
        if (audio === undefined) return;
        this.stop();
        const turn = this.#turn;
        const askedMs = performance.now();
        // A browser that waits for a finger would play it whenever that comes: by then it means nothing any more.
        void audio.resume().then(
            () => {
                if (turn === this.#turn && performance.now() - askedMs < lateMs) this.#start(audio, sound, language);
            },
            () => undefined,
        );
    }

    #start(audio: AudioContext, sound: FrameSound, language: string): void {
        const turn = this.#turn;
        const notes = sound.tone === undefined ? [] : ((tones as Readonly<Record<string, readonly Note[]>>)[sound.tone] ?? []);
        const endS = this.#notes(audio, notes);
        const { prompt } = sound;
        if (prompt === undefined) return;
        void this.#promptOf(audio, language, prompt).then((buffer) => {
            if (buffer === undefined || turn !== this.#turn) return;
            const source = audio.createBufferSource();
            source.buffer = buffer;
            source.connect(audio.destination);
            source.start(Math.max(endS + 0.12, audio.currentTime));
            this.#playing.push(source);
        });
    }

    stop(): void {
        this.#turn += 1;
        for (const source of this.#playing) {
            try {
                source.stop();
            } catch {
                // It had not begun.
            }
        }
        this.#playing = [];
    }

    /** @returns when the last note ends, on the clock of the audio. */
    #notes(audio: AudioContext, notes: readonly Note[]): number {
        let at = audio.currentTime + 0.02;
        for (const note of notes) {
            const lengthS = note.ms / 1000;
            const source = audio.createOscillator();
            const gain = audio.createGain();
            source.frequency.value = note.hz;
            gain.gain.setValueAtTime(0, at);
            gain.gain.linearRampToValueAtTime(loudness, at + rampS);
            gain.gain.setValueAtTime(loudness, at + lengthS - rampS);
            gain.gain.linearRampToValueAtTime(0, at + lengthS);
            source.connect(gain).connect(audio.destination);
            source.start(at);
            source.stop(at + lengthS);
            this.#playing.push(source);
            at += lengthS + (note.gapMs ?? 0) / 1000;
        }
        return at;
    }

    async #promptOf(audio: AudioContext, language: string, prompt: string): Promise<AudioBuffer | undefined> {
        this.#index ??= fetched(`${folder}index.json`).then((response) => response?.json() as Promise<SoundIndex> | undefined);
        const index = await this.#index.catch(() => undefined);
        const voices = index?.languages ?? {};
        const file = (voices[language] ?? voices[language.split('-')[0] ?? ''])?.prompts[prompt];
        if (file === undefined) return undefined;
        const known = this.#prompts.get(file);
        if (known !== undefined) return known;
        const loading = fetched(folder + file)
            .then(async (response) => (response === undefined ? undefined : audio.decodeAudioData(await response.arrayBuffer())))
            .catch(() => undefined);
        this.#prompts.set(file, loading);
        return loading;
    }
}

async function fetched(url: string): Promise<Response | undefined> {
    try {
        const response = await fetch(url);
        return response.ok ? response : undefined;
    } catch {
        return undefined;
    }
}
