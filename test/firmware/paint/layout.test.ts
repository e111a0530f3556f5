/** Nothing overflows, nothing overlaps, no letter is missing: on every screen, in every language, at every size. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { openFonts } from '../../../firmware/paint/fonts.ts';
import { layout, type Picture } from '../../../firmware/paint/layout.ts';
import { classOf } from '../../../firmware/paint/measures.ts';
import { catalogues, textOf } from '../../../firmware/screens/messages.ts';
import type { Screen } from '../../../firmware/screens/screen.ts';
import { displays } from '../../../scripts/screens/displays.ts';
import { pictureProblems } from '../../../scripts/screens/picture-problems.ts';
import { sampleScreen, samples } from '../../../scripts/screens/samples.ts';

const folder = join(import.meta.dirname, '..', '..', '..', 'firmware', 'paint', 'fonts');
const fonts = openFonts({ folder });
const locales = Object.keys(catalogues);
const pixels = displays.filter(({ form }) => form !== 'text');
/** Sizes that nobody has in a list are drawn too. */
const odd = [
    { width: 1920, height: 1080, depth: 24 },
    { width: 1080, height: 1920, depth: 24 },
    { width: 640, height: 384, depth: 2 },
    { width: 264, height: 176, depth: 2 },
    { width: 480, height: 480, depth: 16 },
    { width: 1280, height: 400, depth: 24 },
    { width: 172, height: 320, depth: 16 },
];

function checkPicture(picture: Picture, of: { screen: Screen; name: string; touch?: boolean }): void {
    assert.deepEqual(pictureProblems(fonts, picture, { screen: of.screen, touch: of.touch === true }), [], of.name);
}

/** What may be left out, by class: a full page says everything, a medium one may do without the list of what was bought. */
function checkSaid(dropped: readonly string[], lost: readonly string[], of: { name: string; class: string }): void {
    assert.deepEqual(lost, [], `${of.name}: what must be said is there`);
    if (of.class === 'full') assert.deepEqual(dropped, [], `${of.name}: nothing is left out`);
}

describe('layout', () => {
    for (const display of pixels) {
        it(`shows every screen at ${display.width} × ${display.height}, depth ${display.depth}${display.touch === true ? ', touched' : ''}`, () => {
            for (const locale of locales) {
                for (const sample of samples()) {
                    const screen = sampleScreen(sample, locale);
                    const name = `${sample.name} ${locale}`;
                    const picture = layout(fonts, screen, display);
                    checkPicture(picture, { screen, name, touch: display.touch === true });
                    const cut = picture.texts.filter((box) => box.cut).map(({ role, lines }) => `${role} ${lines[0]?.text}`);
                    // Small displays shorten the names of the goods.
                    const names =
                        classOf(display) === 'text' || classOf(display) === 'small' ? cut.filter((role) => !role.startsWith('item')) : cut;
                    assert.deepEqual(names, [], `${name}: nothing is cut`);
                    checkSaid(picture.dropped, picture.lost, { name, class: classOf(display) });
                    if (classOf(display) === 'text') continue;
                    assert.equal(picture.codeNeedsPx, undefined, name);
                    assert.equal(picture.code === undefined, screen.code === undefined, `${name}: the code is there`);
                }
            }
            assert.deepEqual(fonts.missing(), []);
        });
    }

    for (const display of odd) {
        it(`overflows nowhere at ${display.width} × ${display.height}`, () => {
            // The longest words, the tallest lines, the densest letters.
            for (const locale of ['de', 'th', 'ja']) {
                for (const sample of samples()) {
                    const screen = sampleScreen(sample, locale);
                    const picture = layout(fonts, screen, display);
                    checkPicture(picture, { screen, name: `${sample.name} ${locale}` });
                    assert.deepEqual(picture.lost, [], `${sample.name} ${locale}`);
                }
            }
        });
    }

    it('has room for every sentence of the catalogues as a notice and as a line', () => {
        const screenOf = (name: string, locale: string) => sampleScreen(named(name), locale);
        for (const locale of locales) {
            const sentences = Object.keys(catalogues[locale] ?? {}).filter((key) => /^(scan|declined|reason|advice)\./.test(key));
            for (const key of sentences) {
                const screen: Screen = { ...screenOf('pay-code-scan-refused', locale), notice: [{ key }] };
                for (const display of [
                    { width: 800, height: 480, depth: 24 },
                    { width: 400, height: 300, depth: 1 },
                ]) {
                    const picture = layout(fonts, screen, display);
                    const name = `${key} ${locale} ${display.width}`;
                    checkPicture(picture, { screen, name });
                    assert.ok(!picture.texts.some(({ cut }) => cut) && picture.lost.length === 0, name);
                    assert.ok(
                        picture.texts.some(({ role }) => role === 'notice'),
                        name,
                    );
                }
            }
        }
    });

    it("shortens a merchant's endless words instead of overflowing", () => {
        const screen: Screen = {
            ...sampleScreen(named('review'), 'en'),
            seller: 'W'.repeat(300),
            lines: [{ key: 'review.contact', params: { seller: 'Donaudampfschifffahrtsgesellschaft'.repeat(20) } }],
            items: [{ slot: 'A1', name: 'Ω'.repeat(200), price: { currency: 'EUR', value: '9007199254740991' } }],
        };
        for (const display of pixels) {
            const picture = layout(fonts, screen, display);
            checkPicture(picture, { screen, name: `${display.width}`, touch: display.touch === true });
        }
    });

    const many = Array.from({ length: 40 }, (_unused, index) => ({
        slot: `${'ABCDEFGH'[Math.floor(index / 5)]}${(index % 5) + 1}`,
        name: `Something sweet ${index + 1}`,
        price: { currency: 'EUR', value: '245' },
    }));

    it('turns the page where goods are too many for fingers, until each of them has been there', () => {
        for (const display of [
            { width: 800, height: 480, depth: 24, touch: true },
            { width: 480, height: 800, depth: 24, touch: true },
            { width: 1024, height: 600, depth: 24, touch: true },
        ]) {
            const screen = { ...sampleScreen(named('choose-begun'), 'de'), items: many };
            const seen = new Set<string>();
            let from = 0;
            for (let pages = 0; pages < 40; pages++) {
                const page = { ...screen, itemsFrom: from };
                const picture = layout(fonts, page, display);
                checkPicture(picture, { screen: page, name: `from ${from}`, touch: true });
                assert.ok(!picture.dropped.includes('item') && picture.lost.length === 0);
                for (const { key } of picture.touch) seen.add(key);
                const more = picture.touch.find(({ key }) => key.startsWith('more-'));
                from = Number(more?.key.slice('more-'.length));
                if (from === 0) break;
            }
            assert.equal(from, 0, 'the last page leads to the first');
            assert.deepEqual(
                many.filter(({ slot }) => !seen.has(slot)),
                [],
            );
        }
    });

    it('shows all goods where they have room, and says what found none where nothing is touched', () => {
        const choose = sampleScreen(named('choose'), 'en');
        for (const [count, dropped] of [
            [12, false],
            [40, true],
        ] as const) {
            const screen = { ...choose, items: many.slice(0, count) };
            const untouched = layout(fonts, screen, { width: 400, height: 300, depth: 1 });
            assert.equal(untouched.dropped.includes('item'), dropped, `${count} on 400 × 300`);
            const large = layout(fonts, screen, { width: 1280, height: 1024, depth: 24, touch: true });
            checkPicture(large, { screen, name: `${count} goods`, touch: true });
        }
    });

    it('makes neither the code nor the sentences smaller for the sake of a long name', () => {
        const screen = sampleScreen(named('pay-both'), 'en');
        const items = (screen.items ?? []).map((item) => ({ ...item, name: 'Rindfleischetikettierungsüberwachungsaufgabe' }));
        for (const display of pixels) {
            const plain = layout(fonts, screen, display);
            const long = layout(fonts, { ...screen, items }, display);
            assert.equal(long.code?.drawn.modulePx, plain.code?.drawn.modulePx, `${display.width} × ${display.height}`);
            const sizeOf = (picture: Picture, role: string) => picture.texts.find((box) => box.role === role)?.size;
            // A small panel leaves the list out, which leaves more room.
            for (const role of classOf(display) === 'full' ? ['title', 'amount'] : [])
                assert.equal(sizeOf(long, role), sizeOf(plain, role), `${role} ${display.width} × ${display.height}`);
        }
    });

    it('asks for a larger display when a code finds no room, and never draws it smaller than 3 pixels a module unless told', () => {
        const screen = sampleScreen(named('pay-order-only'), 'en');
        const panel = { width: 250, height: 122, depth: 1 };
        const picture = layout(fonts, screen, panel);
        assert.equal(picture.code, undefined);
        assert.equal(picture.codeNeedsPx, 123);
        assert.ok(
            picture.texts.some(({ lines }) =>
                lines
                    .map(({ text }) => text)
                    .join(' ')
                    .includes('does not fit'),
            ),
        );
        const allowed = layout(fonts, screen, panel, { modulePxMin: 2 });
        assert.equal(allowed.code?.drawn.modulePx, 2);
    });

    it('notices what is wrong with a picture', () => {
        const screen = sampleScreen(named('choose'), 'en');
        const touched = { screen, touch: true };
        const good = layout(fonts, screen, { width: 800, height: 480, depth: 24, touch: true });
        const [title, ...others] = good.texts;
        const [card, ...cards] = good.touch;
        assert.ok(title !== undefined && card !== undefined);
        const problemsOf = (picture: Partial<Picture>) => pictureProblems(fonts, { ...good, ...picture }, touched).join('; ');
        assert.equal(problemsOf({}), '');
        const moved = (dx: number) => ({ ...title, x: title.x + dx, lines: title.lines.map((line) => ({ ...line, x: line.x + dx })) });
        assert.match(problemsOf({ texts: [moved(700), ...others] }), /leaves the display/);
        assert.match(problemsOf({ texts: [...good.texts, title] }), /overlap/);
        assert.match(problemsOf({ texts: [{ ...title, size: 10 }, ...others] }), /too small to be read.*not as wide/);
        assert.match(problemsOf({ touch: cards }), /A1 cannot be pressed/);
        assert.match(problemsOf({ touch: [{ ...card, height: 30 }, ...cards] }), /key A1 is too small/);
        assert.match(problemsOf({ shapes: [] }), /key A1 is not drawn/);
        const paying = layout(fonts, sampleScreen(named('pay-both'), 'en'), { width: 800, height: 480, depth: 24 });
        const half = { ...paying, code: { ...paying.code!, x: 1.5 } };
        assert.match(pictureProblems(fonts, half, { screen, touch: false }).join('; '), /between pixels/);
    });

    it('shows every number that a telephone waits for, also where several wait or the amounts are long', () => {
        const screen = sampleScreen(named('pay-both-beside'), 'de');
        const beside = (value: string, currency: string) =>
            ['47', '83', '12'].map((number, index) => ({ amount: { currency, value }, reference: `2J${index}K`, number }));
        for (const display of pixels.filter((one) => classOf(one) === 'full' || classOf(one) === 'medium')) {
            for (const sales of [beside('180', 'EUR'), beside('1234567800', 'IDR')]) {
                const many = { ...screen, beside: [{ amount: screen.beside[0]!.amount, reference: 'AAAA' }, ...sales] };
                const picture = layout(fonts, many, display);
                checkPicture(picture, { screen: many, name: `${display.width}`, touch: false });
                const said = picture.texts.filter(({ role }) => role === 'beside').flatMap(({ lines }) => lines.map(({ text }) => text));
                assert.deepEqual(picture.lost, [], `${display.width}`);
                // Beside a code, the smallest of them has room for the first.
                const shown = classOf(display) === 'full' ? sales : sales.slice(0, display.height < 280 ? 1 : 2);
                for (const { number } of shown)
                    assert.ok(
                        said.some((text) => text.includes(number)),
                        `${number} ${display.width}: ${said.join('/')}`,
                    );
            }
        }
    });

    it('asks nobody to scan an order code that it cannot show', () => {
        const panel = { width: 250, height: 122, depth: 1 };
        for (const locale of locales) {
            const screen = sampleScreen(named('pay-both'), locale);
            const said = layout(fonts, screen, panel)
                .texts.flatMap(({ lines }) => lines.map(({ text }) => text))
                .join('');
            const order = textOf({ key: 'pay.order' }, screen);
            assert.ok(!said.replaceAll(' ', '').includes(order.replaceAll(' ', '')), locale);
        }
        const alone = layout(fonts, sampleScreen(named('pay-order-only'), 'en'), panel).texts.flatMap(({ lines }) =>
            lines.map(({ text }) => text),
        );
        assert.match(alone.join(' '), /does not fit on this screen\. Please do not pay here now\.$/);
    });

    it('tells a small panel nothing of other sales while it shows a code', () => {
        const screen = sampleScreen(named('pay-both-beside'), 'en');
        assert.ok(screen.beside.length > 0);
        const small = layout(fonts, screen, { width: 296, height: 128, depth: 1 });
        assert.ok(!small.texts.some(({ role }) => role === 'beside') && small.code !== undefined);
        const large = layout(fonts, screen, { width: 800, height: 480, depth: 24 });
        assert.ok(large.texts.some(({ role }) => role === 'beside'));
    });
});

function named(name: string) {
    const sample = samples().find((one) => one.name === name);
    if (sample === undefined) throw new Error(`no sample called ${name}`);
    return sample;
}
