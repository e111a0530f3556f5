/** Every sentence of the screens in every language: complete, in its own signs and script, and short enough for small displays. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { catalogues, type Sentence } from '../../../firmware/screens/messages.ts';
import { problemsOf, widthOf } from '../language-rules.ts';

const tags = ['en', 'de', 'fr', 'es', 'zh-Hans', 'ja', 'ko', 'th', 'ms'];
const english = catalogues.en ?? {};
/** Made of parameters only. */
const same = ['item.slot', 'key.language'];

/** All forms of a sentence, each with the English form beside it. */
function formsOf(sentence: Sentence, original: Sentence): { sentence: string; english: string }[] {
    const plain = typeof original === 'string' ? original : (original.other ?? '');
    if (typeof sentence === 'string') return [{ sentence, english: plain }];
    // "One more follows" names no number; the forms for other numbers do.
    return Object.values(sentence).map((form) => ({ sentence: form.includes('{count}') ? form : `${form}{count}`, english: plain }));
}

describe('the languages of the screens', () => {
    it('are the nine of the house, with the same sentences in the same order', () => {
        assert.deepEqual(Object.keys(catalogues).sort(), [...tags].sort());
        for (const tag of tags) assert.deepEqual(Object.keys(catalogues[tag] ?? {}), Object.keys(english), tag);
    });

    it('keep their own signs, script, words and length', () => {
        const problems: string[] = [];
        for (const tag of tags) {
            for (const [key, sentence] of Object.entries(catalogues[tag] ?? {})) {
                for (const form of formsOf(sentence, english[key] ?? '')) {
                    const found = problemsOf({ locale: tag, key, ...form, same });
                    // The English apostrophe is written as on a keyboard: character displays have no other.
                    problems.push(...(tag === 'en' ? found.filter((problem) => !problem.includes('apostrophe')) : found));
                }
            }
        }
        assert.deepEqual(problems, []);
    });

    it('have a form for each plural category of their own, and no other', () => {
        let plurals = 0;
        for (const tag of tags) {
            const categories = new Intl.PluralRules(tag).resolvedOptions().pluralCategories.toSorted();
            for (const [key, sentence] of Object.entries(catalogues[tag] ?? {})) {
                if (typeof sentence === 'string') {
                    assert.equal(typeof english[key], 'string', `${tag} ${key}`);
                    continue;
                }
                plurals += 1;
                assert.deepEqual(Object.keys(sentence).sort(), categories, `${tag} ${key}`);
                assert.match(sentence.other ?? '', /\{count\}/, `${tag} ${key}`);
                if (sentence.many !== undefined) assert.match(sentence.many, /\{count\}/, `${tag} ${key}`);
            }
        }
        assert.ok(plurals >= tags.length);
    });

    it('say it within 16 letters where there is place for no more, 8 of Chinese, Japanese and Korean', () => {
        for (const tag of tags) {
            for (const [key, sentence] of Object.entries(catalogues[tag] ?? {})) {
                if (!key.startsWith('short.') || typeof sentence !== 'string') continue;
                const width = widthOf(sentence.replace('{claim}', '7F3K2QM'));
                assert.ok(width <= 16, `${tag} ${key}: ${width}: ${sentence}`);
            }
        }
    });

    it('call each other by their own names', () => {
        for (const tag of tags) {
            const own = new Intl.DisplayNames([tag], { type: 'language' }).of(tag) ?? '';
            const name = catalogues[tag]?.['language.name'];
            assert.equal(typeof name, 'string');
            // "Bahasa Melayu" is the Malay language, "Melayu" alone the people too.
            assert.ok(String(name).toLowerCase().endsWith(own.toLowerCase()), `${tag}: ${name}, not ${own}`);
        }
    });

    it('tell apart what was asked for and what is confirmed, and what is unknown from what failed', () => {
        for (const tag of tags) {
            const said = (key: string) => String(catalogues[tag]?.[key]);
            const promises = ['back.due', 'back.asked', 'back.done', 'back.confirmed', 'title.moneyBack', 'title.declined', 'title.unsure'];
            promises.push('wait.unknown', 'wait.checking', 'wait.cancelling', 'declined.general', 'notCharged', 'back.ifCharged');
            assert.equal(new Set(promises.map(said)).size, promises.length, tag);
        }
    });
});

describe('the rules of languages', () => {
    it('find what breaks them', () => {
        const broken = [
            { locale: 'fr', english: 'Paid. Thank you!', sentence: 'Payé. Merci !', says: /narrow space/ },
            { locale: 'fr', english: 'Help: {name}', sentence: 'Aide : {name}', says: /before :/ },
            { locale: 'fr', english: 'Touch “Pay”.', sentence: 'Touchez « Payer ».', says: /inside «/ },
            { locale: 'es', english: 'What would you like?', sentence: 'Qué desea?', says: /¿/ },
            { locale: 'de', english: 'Touch “Pay”.', sentence: 'Tippen Sie auf “Zahlen”.', says: /„/ },
            { locale: 'de', english: 'Welcome', sentence: 'Welcome', says: /as in English/ },
            { locale: 'zh-Hans', english: 'Please wait', sentence: '請稍候', says: /simplified/ },
            { locale: 'zh-Hans', english: 'Paid. Thank you!', sentence: '付款成功,谢谢！', says: /full-width/ },
            { locale: 'ja', english: 'Please wait', sentence: 'Please wait a bit', says: /script/ },
            { locale: 'ja', english: 'Are you at the machine?', sentence: '端末の前にいらっしゃいますか?', says: /full-width/ },
            { locale: 'ko', english: 'Please try again.', sentence: "‘다시' 시도해 주세요.", says: /straight/ },
            { locale: 'th', english: 'Open the payment code.', sentence: 'เปิดโค้ด', says: /payment code/ },
            { locale: 'ms', english: 'Done', sentence: 'Tekan di sini apabila anda sudah selesai', says: /wide/ },
            { locale: 'ms', english: 'Help: {name}', sentence: 'Bantuan: {nama}', says: /parameters/ },
            { locale: 'ms', english: 'An Alipay+ wallet.', sentence: 'E-dompet Alipay.', says: /Alipay\+/ },
        ];
        for (const { says, ...order } of broken) {
            assert.ok(
                problemsOf({ key: 'x', ...order }).some((problem) => says.test(problem)),
                `${order.locale}: ${order.sentence}`,
            );
        }
        assert.deepEqual(problemsOf({ locale: 'fr', key: 'x', english: 'Paid. Thank you!', sentence: 'Payé. Merci\u202f!' }), []);
    });
});
