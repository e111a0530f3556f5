/** Waves: files are read as they are, brought to 16 kHz without a new sound in them, cut and joined. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { at16kHz, readWave, sampleRateHz, spoken, trimmed, WaveProblem, writeWave } from '../../../scripts/sounds/wave.ts';

/** A sine of a second. */
function sine(hz: number, rateHz: number): Float32Array {
    return Float32Array.from({ length: rateHz }, (_, index) => 0.5 * Math.sin((2 * Math.PI * hz * index) / rateHz));
}

/** A file as another program would write it: any rate, any number of channels, a chunk that nobody asked for. */
function fileOf(
    channels: readonly Float32Array[],
    rateHz: number,
    more: { bits?: number; code?: number; claimed?: number } = {},
): Uint8Array {
    const length = (channels[0]?.length ?? 0) * channels.length * 2;
    const file = Buffer.alloc(12 + 12 + 24 + 8 + length);
    file.write('RIFF', 0, 'latin1');
    file.writeUInt32LE(file.length - 8, 4);
    file.write('WAVELIST', 8, 'latin1');
    // An odd chunk is followed by a byte that does not count.
    file.writeUInt32LE(3, 16);
    file.write('fmt ', 24, 'latin1');
    file.writeUInt32LE(16, 28);
    file.writeUInt16LE(more.code ?? 1, 32);
    file.writeUInt16LE(channels.length, 34);
    file.writeUInt32LE(rateHz, 36);
    file.writeUInt32LE(rateHz * 2 * channels.length, 40);
    file.writeUInt16LE(2 * channels.length, 44);
    file.writeUInt16LE(more.bits ?? 16, 46);
    file.write('data', 48, 'latin1');
    file.writeUInt32LE(more.claimed ?? length, 52);
    let at = 56;
    for (let index = 0; index < (channels[0]?.length ?? 0); index += 1) {
        for (const channel of channels) {
            file.writeInt16LE(Math.round((channel[index] ?? 0) * 32_767), at);
            at += 2;
        }
    }
    return file;
}

const loudest = (samples: Float32Array) => samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);

describe('readWave', () => {
    it('reads what writeWave wrote', () => {
        const samples = sine(440, sampleRateHz);
        const read = readWave(writeWave(samples));
        assert.equal(read.rateHz, 16_000);
        assert.equal(read.samples.length, samples.length);
        for (const [index, sample] of samples.entries()) assert.ok(Math.abs((read.samples[index] ?? 9) - sample) < 1e-4);
    });

    it('passes over chunks that it does not know, and mixes channels', () => {
        const { rateHz, samples } = readWave(fileOf([sine(440, 22_050), new Float32Array(22_050)], 22_050));
        assert.equal(rateHz, 22_050);
        assert.equal(samples.length, 22_050);
        assert.ok(Math.abs(loudest(samples) - 0.25) < 1e-3);
    });

    it('ends with the file where a pipe did not know the length', () => {
        const whole = fileOf([sine(440, 22_050)], 22_050, { claimed: 0x7ffff000 });
        assert.equal(readWave(whole).samples.length, 22_050);
        assert.equal(readWave(whole.subarray(0, 57)).samples.length, 0);
    });

    it('says what a file is instead', () => {
        const problem = (file: Uint8Array) => {
            try {
                readWave(file);
            } catch (error) {
                assert.ok(error instanceof WaveProblem);
                return error.message;
            }
            return undefined;
        };
        assert.match(problem(Buffer.from('ID3 not a wave at all')) ?? '', /no WAV file/);
        assert.match(problem(new Uint8Array(0)) ?? '', /no WAV file/);
        assert.match(problem(fileOf([sine(1, 100)], 16_000, { bits: 24 })) ?? '', /16 bits/);
        assert.match(problem(fileOf([sine(1, 100)], 16_000, { code: 85 })) ?? '', /PCM/);
        assert.match(problem(fileOf([sine(1, 100)], 1_000_000)) ?? '', /1000000 samples a second/);
        assert.match(problem(fileOf([sine(1, 100)], 16_000).subarray(0, 48)) ?? '', /no sound/);
    });
});

describe('at16kHz', () => {
    it('keeps the pitch and the loudness of speech', () => {
        for (const rateHz of [8000, 22_050, 44_100, 48_000]) {
            const out = at16kHz({ rateHz, samples: sine(700, rateHz) });
            assert.ok(Math.abs(out.length - sampleRateHz) <= 1, `${rateHz}: ${out.length}`);
            const wanted = sine(700, sampleRateHz);
            for (let index = 500; index < sampleRateHz - 500; index += 1) {
                const off = Math.abs((out[index] ?? 9) - (wanted[index] ?? 0));
                assert.ok(off < 0.01, `${rateHz} Hz, sample ${index}: off by ${off}`);
            }
        }
    });

    it('takes out what 16 kHz cannot hold, instead of folding it back', () => {
        const out = at16kHz({ rateHz: 22_050, samples: sine(10_000, 22_050) });
        assert.ok(loudest(out.subarray(500, -500)) < 0.01);
    });

    it('leaves 16 kHz as it is', () => {
        const samples = sine(440, sampleRateHz);
        assert.equal(at16kHz({ rateHz: sampleRateHz, samples }), samples);
    });
});

describe('trimmed and spoken', () => {
    it('leave 20 ms around what is heard, and nothing where nothing is', () => {
        const samples = new Float32Array(sampleRateHz);
        samples.fill(0.2, 4000, 8000);
        assert.equal(trimmed(samples).length, 4000 + 2 * 320);
        assert.equal(trimmed(new Float32Array(1000)).length, 0);
        assert.equal(trimmed(new Float32Array(1000).fill(0.2)).length, 1000);
    });

    it('put a breath between sentences and make them equally loud', () => {
        const whole = spoken([new Float32Array(100).fill(0.1), new Float32Array(100).fill(-0.2)]);
        assert.equal(whole.length, 100 + 4800 + 100);
        assert.ok(Math.abs(loudest(whole) - 0.7) < 1e-6);
        assert.equal(whole[150], 0);
        assert.deepEqual([...spoken([])], []);
        assert.equal(loudest(spoken([new Float32Array(10)])), 0);
    });
});
