/**
 * Wave: speech as samples: read from a WAV file, brought to 16 kHz, cut to what is heard, and written again.
 *
 * Samples are 16-bit, one channel, as numbers from -1 to 1.
 * Fails: what is no such WAV file is told as a sentence in `WaveProblem`, never guessed at.
 */

export const sampleRateHz = 16_000;

/** What a file is instead of a WAV file that can be played. The message is for the person who put it there. */
export class WaveProblem extends Error {}

interface Wave {
    readonly rateHz: number;
    readonly samples: Float32Array;
}

/**
 * Reads RIFF/WAVE (Microsoft, Multimedia Programming Interface 1.0): PCM, 16 bits, channels mixed into one. A program that writes into a
 * pipe cannot know the length, so a data chunk that claims more than is there ends with the file.
 */
export function readWave(file: Uint8Array): Wave {
    const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
    const name = (at: number) => String.fromCharCode(...file.subarray(at, at + 4));
    if (file.length < 12 || name(0) !== 'RIFF' || name(8) !== 'WAVE') throw new WaveProblem('it is no WAV file');
    let format: { channels: number; rateHz: number } | undefined;
    for (let at = 12; at + 8 <= file.length; ) {
        const length = Math.min(view.getUint32(at + 4, true), file.length - at - 8);
        if (name(at) === 'fmt ' && length >= 16) {
            const [code, bits] = [view.getUint16(at + 8, true), view.getUint16(at + 22, true)];
            if (code !== 1 || bits !== 16) throw new WaveProblem('it is no PCM of 16 bits');
            format = { channels: view.getUint16(at + 10, true), rateHz: view.getUint32(at + 12, true) };
        } else if (name(at) === 'data') {
            if (format === undefined || format.channels < 1 || format.channels > 8) throw new WaveProblem('its format is not told');
            if (format.rateHz < 8000 || format.rateHz > 96_000) throw new WaveProblem(`it has ${format.rateHz} samples a second`);
            return { rateHz: format.rateHz, samples: mixed(view, { at: at + 8, length, channels: format.channels }) };
        }
        at += 8 + length + (length % 2);
    }
    throw new WaveProblem('it holds no sound');
}

function mixed(view: DataView, { at, length, channels }: { at: number; length: number; channels: number }): Float32Array {
    const samples = new Float32Array(Math.floor(length / (2 * channels)));
    for (let index = 0; index < samples.length; index += 1) {
        let sum = 0;
        for (let channel = 0; channel < channels; channel += 1) sum += view.getInt16(at + 2 * (index * channels + channel), true);
        samples[index] = sum / (channels * 32_768);
    }
    return samples;
}

/** A WAV file of 16 kHz, 16 bits, one channel. */
export function writeWave(samples: Float32Array): Uint8Array {
    const file = new Uint8Array(44 + samples.length * 2);
    const view = new DataView(file.buffer);
    const put = (at: number, letters: string) => file.set(Buffer.from(letters, 'latin1'), at);
    put(0, 'RIFF');
    view.setUint32(4, file.length - 8, true);
    put(8, 'WAVEfmt ');
    view.setUint32(16, 16, true);
    view.setUint16(20, 1, true);
    view.setUint16(22, 1, true);
    view.setUint32(24, sampleRateHz, true);
    view.setUint32(28, sampleRateHz * 2, true);
    view.setUint16(32, 2, true);
    view.setUint16(34, 16, true);
    put(36, 'data');
    view.setUint32(40, samples.length * 2, true);
    samples.forEach((sample, index) => {
        view.setInt16(44 + 2 * index, Math.round(Math.max(-1, Math.min(1, sample)) * 32_767), true);
    });
    return file;
}

/** Zero crossings of the sinc on either side: past sixteen the ear hears no difference in speech. */
const crossings = 16;

/** The same sound at 16 kHz: a sinc under a Hann window, cut at the lower of both Nyquist frequencies so that nothing folds back. */
export function at16kHz({ rateHz, samples }: Wave): Float32Array {
    if (rateHz === sampleRateHz) return samples;
    const step = rateHz / sampleRateHz;
    const cut = Math.min(1, 1 / step) * 0.95;
    const reach = Math.ceil(crossings / cut);
    // Every so many samples the new ones lie between the old ones as before: one set of weights for each place in that round.
    const round = sampleRateHz / commonDivisor(rateHz, sampleRateHz);
    const weights = Array.from({ length: round }, (_, place) => weightsFor({ offset: (place * step) % 1, cut, reach }));
    const out = new Float32Array(Math.floor(samples.length / step));
    for (let index = 0; index < out.length; index += 1) {
        // In whole numbers: a float's error would one day pick the sample beside.
        const from = Math.floor((index * rateHz) / sampleRateHz) - reach;
        const taps = weights[index % round] ?? weightsFor({ offset: 0, cut, reach });
        let sum = 0;
        for (let tap = 0; tap < taps.length; tap += 1) sum += (taps[tap] ?? 0) * (samples[from + tap] ?? 0);
        out[index] = sum;
    }
    return out;
}

/** Weights of the samples from `reach` before to `reach` after a place that lies `offset` behind a sample. */
function weightsFor({ offset, cut, reach }: { offset: number; cut: number; reach: number }): Float32Array {
    return Float32Array.from({ length: 2 * reach + 1 }, (_, tap) => {
        const distance = tap - reach - offset;
        if (Math.abs(distance) >= reach) return 0;
        const angle = Math.PI * distance * cut;
        const sinc = angle === 0 ? 1 : Math.sin(angle) / angle;
        return cut * sinc * (0.5 + 0.5 * Math.cos((Math.PI * distance) / reach));
    });
}

function commonDivisor(one: number, other: number): number {
    return other === 0 ? one : commonDivisor(other, one % other);
}

/** Softer than this (-50 dB) nobody hears in a shop. */
const silence = 0.003;

/** The sound without the silence around it, but 20 ms on either side; empty where nothing is heard. */
export function trimmed(samples: Float32Array): Float32Array {
    const heard = (sample: number) => Math.abs(sample) > silence;
    const first = samples.findIndex(heard);
    if (first < 0) return new Float32Array(0);
    const margin = sampleRateHz / 50;
    return samples.slice(Math.max(0, first - margin), Math.min(samples.length, samples.findLastIndex(heard) + 1 + margin));
}

/** Sentences one after the other with a breath between them, as loud as 70 % of what a file can hold. */
export function spoken(sentences: readonly Float32Array[]): Float32Array {
    const breath = Math.round(sampleRateHz * 0.3);
    const whole = new Float32Array(
        sentences.reduce((sum, sentence) => sum + sentence.length, 0) + breath * Math.max(0, sentences.length - 1),
    );
    let at = 0;
    for (const sentence of sentences) {
        whole.set(sentence, at);
        at += sentence.length + breath;
    }
    const loudest = whole.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    return loudest === 0 ? whole : whole.map((sample) => (sample * 0.7) / loudest);
}
