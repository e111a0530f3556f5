/** The prompts as files: by a speech program that writes what it was asked, by recordings of one's own, and by the real one where it is. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { catalogues, textOf } from '../../../firmware/screens/messages.ts';
import { prompts } from '../../../firmware/screens/sounds.ts';
import { root } from '../../../scripts/house/programs.ts';
import japanese from '../../../scripts/sounds/japanese.json' with { type: 'json' };
import { voices } from '../../../scripts/sounds/voices.ts';
import { readWave, sampleRateHz, writeWave } from '../../../scripts/sounds/wave.ts';
import { makeSounds, soundsFolder } from '../../../scripts/sounds.ts';

const folder = mkdtempSync(join(tmpdir(), 'tillbox-sounds-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const promptNames = Object.keys(prompts);
const spokenLanguages = Object.keys(catalogues).filter((tag) => typeof voices[tag] !== 'string');
const sentencesOf = (tag: string) => {
    const keys = new Set<string>(Object.values(prompts).flat());
    return [...keys].map((key) => textOf({ key }, { locale: tag, timeZone: 'UTC' }));
};

/** A program with espeak-ng's switches: whatever it is to say becomes one tone, and is written down. */
function speech(name: string, names: readonly string[]): { program: string; said: () => { args: string[]; text: string }[] } {
    const [program, log, tone, list] = ['', '.log', '.wav', '.voices'].map((end) => join(folder, `${name}${end}`)) as [
        string,
        string,
        string,
        string,
    ];
    writeFileSync(tone, writeWave(Float32Array.from({ length: 2000 }, (_, index) => (index < 500 ? 0 : 0.3 * Math.sin(index / 5)))));
    writeFileSync(log, '');
    writeFileSync(list, `Pty Language Age/Gender VoiceName File\n${names.map((voice) => ` 5  ${voice}  --/M  Name  file`).join('\n')}\n`);
    writeFileSync(
        program,
        `#!/bin/sh
case "$1" in
    --version) echo 'eSpeak NG text-to-speech: 9.9  Data at: /nowhere' ;;
    --voices) cat '${list}' ;;
    *) printf '%s\\t%s\\n' "$*" "$(cat)" >>'${log}' && cat '${tone}' ;;
esac
`,
    );
    chmodSync(program, 0o755);
    const said = () =>
        readFileSync(log, 'utf8')
            .split('\n')
            .filter((line) => line !== '')
            .map((line) => {
                const [args = '', text = ''] = line.split('\t');
                return { args: args.split(' '), text };
            });
    return { program, said };
}

/** A folder with the catalogues' prompts, made anew. */
async function made(name: string, order: { program: string; own?: string; cache?: string }) {
    const into = join(folder, name);
    const lines: string[] = [];
    const own = order.own ?? join(folder, 'no-recordings');
    const index = await makeSounds({ into, log: (line) => lines.push(line), cache: join(folder, `${name}-cache`), ...order, own });
    assert.deepEqual(JSON.parse(readFileSync(join(into, 'index.json'), 'utf8')), index);
    return { into, lines, index };
}

describe('voices', () => {
    it('speak every language, or say why not', () => {
        assert.deepEqual(Object.keys(voices).sort(), Object.keys(catalogues).sort());
        for (const voice of Object.values(voices)) if (typeof voice === 'string') assert.ok(voice.length > 20);
    });

    it('read Japanese from a reading for each sentence of a prompt, in kana alone', () => {
        assert.deepEqual(
            Object.keys(japanese).sort(),
            sentencesOf('ja')
                .toSorted()
                .filter((one, at, all) => one !== all[at - 1]),
        );
        for (const reading of Object.values(japanese))
            assert.match(reading, /^[\p{Script=Hiragana}\p{Script=Katakana}ー、。？ ]+$/u, reading);
    });

    it('say no amount and no claim number: files cannot know them', () => {
        for (const tag of Object.keys(catalogues)) for (const sentence of sentencesOf(tag)) assert.doesNotMatch(sentence, /[{}]/, tag);
    });
});

describe('makeSounds', () => {
    it('makes a file of 16 kHz for every prompt in every language with a voice', { timeout: 60_000 }, async () => {
        const names = spokenLanguages.map((tag) => voices[tag]).filter((voice) => typeof voice === 'object');
        const { program, said } = speech(
            'whole',
            names.map(({ name }) => name),
        );
        const cache = join(folder, 'shared-cache');
        const { into, index, lines } = await made('whole-out', { program, cache });
        assert.deepEqual(Object.keys(index.languages).sort(), spokenLanguages.toSorted());
        assert.deepEqual(Object.keys(index.leftOut), ['th']);
        for (const [tag, { prompts: files, voice }] of Object.entries(index.languages)) {
            assert.match(voice, /^espeak-ng 9\.9, voice /);
            assert.deepEqual(Object.keys(files).sort(), promptNames.toSorted(), tag);
            for (const file of Object.values(files)) {
                const bytes = readFileSync(join(into, file));
                assert.equal(bytes.readUInt32LE(24), sampleRateHz);
                assert.ok(readWave(bytes).samples.length > 1000, file);
            }
        }
        assert.ok(
            lines.some((line) => line.includes('th: ')),
            'the language without a voice is told',
        );
        const heard = said();
        const texts = heard.map(({ text }) => text);
        assert.ok(texts.includes('Please do not pay again.') && texts.includes('さいど の おしはらい わ しないで ください。'));
        for (const { args, text } of heard) {
            assert.doesNotMatch(text, /[\u00a0\u202f“”„«»「」{}]/);
            assert.ok(!args.join(' ').includes(text), 'what is said is not seen in the list of processes');
        }
        assert.equal(new Set(heard.map(({ args, text }) => `${args[1]} ${text}`)).size, heard.length, 'no sentence is made twice');

        // A second build takes what is there, and throws away what nobody says.
        writeFileSync(join(cache, 'old.wav'), '');
        const again = await made('whole-again', { program, cache });
        assert.deepEqual(again.index, index);
        assert.equal(said().length, heard.length);
        assert.equal(existsSync(join(cache, 'old.wav')), false);
    });

    it('leaves out, and says so, a language whose voice is not installed', async () => {
        const { program } = speech('few', ['en-gb']);
        const { index, into } = await made('few-out', { program });
        assert.deepEqual(Object.keys(index.languages), ['en']);
        assert.equal(index.leftOut.de, 'espeak-ng has no voice de');
        assert.deepEqual(readdirSync(into).sort(), ['en', 'index.json']);
    });

    it('leaves out the prompts at which the voice breaks off', async () => {
        const { program } = speech('broken', ['en-gb']);
        writeFileSync(
            program,
            readFileSync(program, 'utf8').replace('*) printf', '*) case "$(cat)" in *\'Thank you!\') exit 3 ;; esac; printf'),
        );
        const { index, lines } = await made('broken-out', { program });
        assert.equal(index.languages.en?.prompts.thanks, undefined);
        assert.equal(index.languages.en?.prompts.wait, 'en/wait.wav');
        assert.equal(index.leftOut['en/thanks'], 'the voice cannot read: Paid. Thank you!');
        assert.ok(lines.some((line) => line.includes('en/thanks: the voice cannot read')));
    });

    it('leaves all prompts out without the program, and says how to get it', async () => {
        const { index, lines, into } = await made('none-out', { program: join(folder, 'not-there') });
        assert.deepEqual(index.languages, {});
        assert.equal(index.leftOut.en, 'espeak-ng is not installed');
        assert.equal(lines.length, 1);
        assert.match(lines[0] ?? '', /apt-get install espeak-ng/);
        assert.deepEqual(readdirSync(into), ['index.json']);
    });

    it('takes a recording before the voice, also where there is none', async () => {
        const own = join(folder, 'recordings');
        const recording = writeWave(Float32Array.from({ length: 1600 }, (_, index) => Math.sin(index / 9)));
        for (const tag of ['en', 'th', 'de']) mkdirSync(join(own, tag), { recursive: true });
        writeFileSync(join(own, 'en', 'thanks.wav'), recording);
        writeFileSync(join(own, 'th', 'thanks.wav'), recording);
        writeFileSync(join(own, 'de', 'thanks.wav'), 'an MP3, perhaps');
        writeFileSync(join(own, 'de', 'wait.wav'), writeWave(new Float32Array(16 * sampleRateHz)));
        const { program } = speech('beside', ['en-gb', 'de']);
        const { index, into, lines } = await made('own-out', { program, own });
        assert.deepEqual(readFileSync(join(into, 'en', 'thanks.wav')), Buffer.from(recording));
        assert.equal(index.languages.en?.voice, 'espeak-ng 9.9, voice en-gb; own recordings');
        assert.deepEqual(index.languages.th, { voice: 'own recordings', prompts: { thanks: 'th/thanks.wav' } });
        assert.equal(index.languages.de?.voice, 'espeak-ng 9.9, voice de');
        assert.equal(Object.keys(index.languages.de?.prompts ?? {}).length, promptNames.length);
        assert.ok(lines.some((line) => /de.thanks\.wav is not used: it is no WAV file\. Save it as WAV/.test(line)));
        assert.ok(lines.some((line) => /de.wait\.wav is not used: it takes longer than 15 seconds/.test(line)));
    });
});

describe('npm run sounds', () => {
    it('makes the files that the kiosk serves, and takes no folder to empty', () => {
        assert.equal(soundsFolder, join(root, 'dist', 'page', 'sounds'));
        const precious = join(folder, 'precious');
        mkdirSync(precious);
        writeFileSync(join(precious, 'kept'), '');
        for (const [argument, code] of [
            [precious, 64],
            ['--halp', 64],
            ['--help', 0],
        ] as const) {
            const ended = spawnSync(process.execPath, [join(root, 'scripts', 'sounds.ts'), argument], { cwd: folder, encoding: 'utf8' });
            assert.equal(ended.status, code, argument);
            assert.match(ended.stdout + ended.stderr, /npm run sounds/);
            assert.equal(existsSync(join(folder, argument)), false, `a folder called ${argument} was made`);
        }
        assert.deepEqual(readdirSync(precious), ['kept']);
    });
});

/** The real one, of Debian: no package of ours. */
const real = 'espeak-ng';
const installed = (() => {
    try {
        return execFileSync(real, ['--version'], { encoding: 'utf8' });
    } catch {
        return undefined;
    }
})();

describe('espeak-ng', { skip: installed === undefined ? 'espeak-ng is not installed here' : false }, () => {
    it('reads the sentences in their own language, and names no letters', () => {
        const phonemes = (voice: string, text: string) => execFileSync(real, ['-v', voice, '-q', '-x', text], { encoding: 'utf8' });
        // The canaries: voices and spellings that fall into English, as "(en)" in the phonemes tells.
        assert.match(phonemes('ja', '商品をお選びください'), /\(en\)/);
        assert.match(phonemes('cmn', '请付款'), /\(en\)/);
        for (const tag of ['zh-Hans', 'ja', 'ko']) {
            const voice = voices[tag];
            assert.ok(typeof voice === 'object');
            const read = [...new Set(sentencesOf(tag))].map((sentence) => voice.read?.(sentence) ?? '');
            assert.ok(read.every((sentence) => sentence !== ''));
            for (const sentence of read.filter((one) => !one.includes('Alipay'))) {
                assert.doesNotMatch(phonemes(voice.name, sentence), /\(en\)/, `${tag}: ${sentence}`);
            }
        }
    });
});
