/** What is heard as one screen takes the place of another, and that tones and prompts can be made ready at build. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { catalogues, formsOf, hasMessage } from '../../../firmware/screens/messages.ts';
import type { Screen } from '../../../firmware/screens/screen.ts';
import { prompts, soundOf, tones } from '../../../firmware/screens/sounds.ts';
import { sampleScreen, samples } from '../../../scripts/screens/samples.ts';

function screen(name: string): Screen {
    const sample = samples().find((one) => one.name === name);
    if (sample === undefined) throw new Error(`no sample called ${name}`);
    return sampleScreen(sample, 'en');
}

/** before → after, tone, prompt. */
const table: readonly (readonly [before: string, after: string, tone?: string | undefined, prompt?: string])[] = [
    ['starting', 'idle'],
    ['idle', 'offline'],
    ['idle', 'out-dispenser'],
    ['idle', 'service'],
    ['thanks', 'idle'],
    ['idle-touch', 'choose-begun', 'ready', 'choose'],
    ['idle', 'pay-both', 'ready', 'pay-both'],
    ['idle', 'pay-order-only', 'ready', 'pay-order'],
    ['choose', 'pay-scan-only', 'ready', 'pay-show'],
    ['idle', 'pay-preparing', 'ready'],
    ['pay-preparing', 'pay-both', undefined, 'pay-both'],
    ['pay-both', 'pay-both'],
    ['pay-both', 'pay-scanner-off'],
    ['pay-both', 'pay-code-scan-refused', 'scan-refused', 'scan-refused'],
    ['pay-code-scan-refused', 'pay-code-scan-refused'],
    ['reading', 'pay-declined', 'declined', 'declined-again'],
    ['idle', 'presence', 'attention', 'presence'],
    ['idle', 'presence-touch', 'attention', 'presence-touch'],
    ['pay-both', 'reading', 'scan-ok', 'reading'],
    ['reading', 'wait-unknown', 'wait', 'wait'],
    ['reading', 'wait-confirm', 'wait', 'confirm'],
    ['wait-unknown', 'wait-cancelling'],
    ['reading', 'delivering', 'paid', 'delivering'],
    ['delivering', 'delivering-last'],
    ['delivering', 'thanks', 'take', 'take'],
    ['reading', 'thanks-amount', 'paid', 'thanks'],
    ['reading', 'declined', 'declined', 'declined'],
    ['pay-both', 'cancelled', 'attention', 'cancelled'],
    ['pay-both', 'cancelled-code-open', 'attention', 'cancelled-open'],
    ['wait-unknown', 'unsure', 'attention', 'unsure'],
    ['delivering', 'money-back-part', 'money-back', 'money-back'],
    ['money-back-part', 'money-back-part-confirmed'],
    ['delivering', 'nothing-out', 'money-back', 'nothing-out'],
    ['wait-delivery', 'review', 'attention', 'review'],
];

describe('soundOf', () => {
    for (const [before, after, tone, prompt] of table) {
        it(`${before} → ${after}: ${tone ?? (prompt === undefined ? 'silence' : 'words alone')}`, () => {
            const sound = soundOf(screen(after), screen(before));
            assert.deepEqual([sound?.tone, sound?.prompt], [tone, prompt]);
        });
    }

    it('is silent at the start, and when only the language changes', () => {
        assert.equal(soundOf(screen('pay-both'), undefined), undefined);
        assert.equal(soundOf({ ...screen('pay-both'), locale: 'zh-Hans' }, screen('pay-both')), undefined);
    });

    it('greets the next customer although the kind of screen is the same', () => {
        assert.deepEqual(soundOf({ ...screen('pay-both'), saleId: 'next' }, screen('pay-both')), { tone: 'ready', prompt: 'pay-both' });
    });

    it('knows the words for another try with a code', () => {
        const refused = (key: string) => soundOf({ ...screen('pay-both'), notice: [{ key }] }, screen('pay-both'));
        assert.deepEqual(refused('scan.used-before'), { tone: 'scan-refused', prompt: 'scan-used' });
        assert.deepEqual(refused('scan.not-ready'), { tone: 'scan-refused', prompt: 'scan-again' });
    });

    it('names only tones and prompts that there are, and every prompt at some time', () => {
        const heard = new Set<string>();
        for (const before of samples()) {
            for (const after of samples()) {
                const sound = soundOf(sampleScreen(after, 'en'), sampleScreen(before, 'en'));
                if (sound?.tone !== undefined) assert.ok(Object.hasOwn(tones, sound.tone), sound.tone);
                if (sound?.prompt === undefined) continue;
                assert.ok(Object.hasOwn(prompts, sound.prompt), sound.prompt);
                heard.add(sound.prompt);
                // The voice says nothing that the glass does not say.
                const { title, lines, notice = [] } = sampleScreen(after, 'en');
                const shown = new Set([title, ...lines, ...notice].map(({ key }) => key));
                if (!sound.prompt.startsWith('scan-') && sound.prompt !== 'nothing-out' && sound.prompt !== 'declined-again') {
                    for (const key of prompts[sound.prompt as keyof typeof prompts]) assert.ok(shown.has(key), `${after.name}: ${key}`);
                }
            }
        }
        const elsewhere = ['presence-press', 'scan-used', 'scan-again'];
        assert.deepEqual(
            Object.keys(prompts)
                .filter((name) => !heard.has(name))
                .sort(),
            elsewhere.sort(),
        );
    });
});

describe('prompts', () => {
    it('have their sentences in every language, without a parameter: they are spoken at build', () => {
        for (const [name, keys] of Object.entries(prompts)) {
            assert.ok(keys.length > 0, name);
            for (const key of keys) {
                assert.ok(hasMessage(key), `${name}: ${key}`);
                for (const [locale, catalogue] of Object.entries(catalogues)) {
                    const forms = formsOf({ [key]: catalogue[key] ?? '' });
                    assert.equal(forms.length, 1, `${locale} ${key}`);
                    assert.doesNotMatch(forms[0] ?? '{', /[{}]/, `${locale} ${key}`);
                }
            }
        }
    });
});

describe('tones', () => {
    it('are short, carried by small loudspeakers, and no two the same', () => {
        for (const [name, notes] of Object.entries(tones)) {
            const wholeMs = notes.reduce((sum, { ms, gapMs = 0 }) => sum + ms + gapMs, 0);
            assert.ok(notes.length > 0 && wholeMs >= 80 && wholeMs <= 600, `${name}: ${wholeMs} ms`);
            for (const { hz, ms } of notes) assert.ok(hz >= 440 && hz <= 2_000 && ms > 0, name);
        }
        assert.equal(new Set(Object.values(tones).map((notes) => JSON.stringify(notes))).size, Object.keys(tones).length);
    });
});
