/** A screen in words says all that its picture says. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatAmount } from '../../../firmware/screens/format.ts';
import { catalogues, textOf } from '../../../firmware/screens/messages.ts';
import { wordsOf } from '../../../firmware/screens/words.ts';
import { sampleScreen, samples } from '../../../scripts/screens/samples.ts';

function wordsNamed(name: string, locale = 'en'): string {
    const sample = samples().find((one) => one.name === name);
    if (sample === undefined) throw new Error(`no sample called ${name}`);
    return wordsOf(sampleScreen(sample, locale));
}

describe('wordsOf', () => {
    it('reads the screen from the top, each part with an end', () => {
        assert.equal(
            wordsNamed('pay-both-beside'),
            'Please pay. €3.70. Scan this code with your wallet app. Or hold your payment code to the scanner. ' +
                'A1  Still water €1.50. A2  Apple juice €2.20. Valid until 14:35. On a phone: €1.80 (2J1K), number 47.',
        );
        assert.equal(wordsNamed('presence'), 'Are you at the machine? €1.80. Type this number on your phone. 47. B1  Hazelnut bar €1.80.');
        assert.match(wordsNamed('thanks', 'zh-Hans'), /^付款成功，谢谢！ 请取走您的商品。 .*凭证号 7F3K2QM。$/);
    });

    it('leaves nothing out that stands on the glass, in any language', () => {
        for (const locale of Object.keys(catalogues)) {
            for (const sample of samples()) {
                const screen = sampleScreen(sample, locale);
                const words = wordsOf(screen);
                const said = [screen.title, ...screen.lines, ...(screen.notice ?? [])].map((message) => textOf(message, screen));
                const prices = (screen.items ?? []).map(({ price }) => formatAmount(price, locale));
                for (const part of [...said, ...prices, screen.number ?? '', screen.claim ?? ''])
                    assert.ok(words.includes(part), `${sample.name} ${locale}: ${part}`);
                assert.doesNotMatch(words, /[{}]|undefined/, `${sample.name} ${locale}`);
                assert.ok(!words.includes(screen.code?.value ?? '\0'), `${sample.name}: a code is not for ears`);
            }
        }
    });
});
