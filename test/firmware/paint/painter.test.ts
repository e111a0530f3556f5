/** Frames as a display gets them: codes that decode, shades that the panel has, letters of merchants, lines for letters alone. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createPainter, type DisplayShape, type PaintProblem } from '../../../firmware/paint/painter.ts';
import { catalogues } from '../../../firmware/screens/messages.ts';
import type { Screen } from '../../../firmware/screens/screen.ts';
import { sampleEntryUrl, sampleOrderCode, sampleScreen, samples } from '../../../scripts/screens/samples.ts';
import { decode } from './drawing.ts';

const colour: DisplayShape = { form: 'pixels', width: 800, height: 480, depth: 24 };
const paper: DisplayShape = { form: 'pixels', width: 400, height: 300, depth: 1 };
const greys: DisplayShape = { form: 'pixels', width: 296, height: 128, depth: 2 };
const letters: DisplayShape = { form: 'text', width: 16, height: 2, depth: 1 };

const problems: PaintProblem[] = [];
const painter = await createPainter({ onProblem: (problem) => problems.push(problem) });

function screenNamed(name: string, locale = 'en'): Screen {
    const sample = samples().find((one) => one.name === name);
    if (sample === undefined) throw new Error(`no sample called ${name}`);
    return sampleScreen(sample, locale);
}

describe('frame', () => {
    it('carries the code of every screen that has one, and of no other', () => {
        let id = 0;
        for (const sample of samples()) {
            const screen = sampleScreen(sample, 'en');
            for (const display of [colour, paper, greys]) {
                id++;
                const frame = painter.frame(screen, display, id);
                assert.ok(frame.pixels !== undefined && frame.id === id && frame.kind === screen.kind);
                assert.equal(frame.pixels.rgba.length, display.width * display.height * 4);
                const expected = screen.code === undefined ? undefined : screen.code.kind === 'order' ? sampleOrderCode : sampleEntryUrl;
                assert.equal(decode(frame.pixels), expected, `${sample.name} ${display.width}`);
                assert.equal(frame.payable, screen.code?.payable !== undefined, sample.name);
            }
        }
    });

    it('decodes on more sizes, upright ones too', () => {
        const screen = screenNamed('pay-both', 'zh-Hans');
        for (const [width, height] of [
            [480, 800],
            [320, 240],
            [640, 384],
            [1280, 720],
            [264, 176],
            [250, 128],
        ] as const) {
            const { pixels, payable } = painter.frame(screen, { form: 'pixels', width, height, depth: 24 }, 1);
            assert.ok(pixels !== undefined && payable, `${width} × ${height}`);
            assert.equal(decode(pixels), sampleOrderCode, `${width} × ${height}`);
        }
    });

    it('is not payable when the code found no room, and says so once', () => {
        problems.length = 0;
        const tiny: DisplayShape = { form: 'pixels', width: 212, height: 104, depth: 1 };
        for (const id of [1, 2]) {
            const frame = painter.frame(screenNamed('pay-order-only'), tiny, id);
            assert.equal(frame.payable, false);
            assert.equal(frame.pixels === undefined ? '' : decode(frame.pixels), undefined);
        }
        assert.deepEqual(
            problems.filter(({ kind }) => kind === 'code-too-large'),
            [{ kind: 'code-too-large', needsPx: 123, width: 212, height: 104 }],
        );
        assert.equal(painter.codeFit(screenNamed('pay-order-only'), tiny), undefined);
        assert.equal(painter.codeFit(screenNamed('pay-order-only'), colour)?.level, 'Q');
    });

    it('has only the shades of its panel', () => {
        const shadesOf = (display: DisplayShape) => {
            const { pixels } = painter.frame(screenNamed('wait-unknown', 'zh-Hans'), display, 1);
            return [...new Set(pixels?.rgba ?? [])].sort((one, other) => one - other);
        };
        assert.deepEqual(shadesOf(paper), [0, 255]);
        assert.deepEqual(shadesOf({ ...paper, depth: 2 }), [0, 85, 170, 255]);
        assert.ok(shadesOf(colour).length > 50);
    });

    it('gives the same pixels for the same screen', () => {
        const once = painter.frame(screenNamed('thanks'), colour, 1).pixels;
        const again = painter.frame(screenNamed('thanks'), colour, 2).pixels;
        assert.ok(once !== undefined && again !== undefined && Buffer.compare(once.rgba, again.rgba) === 0);
    });
});

describe('svg', () => {
    it('stands alone: no font, no script, no address but the namespace', () => {
        for (const locale of Object.keys(catalogues)) {
            for (const sample of samples()) {
                const svg = painter.svg(sampleScreen(sample, locale), { width: 800, height: 480 });
                assert.ok(svg.startsWith('<svg xmlns="http://www.w3.org/2000/svg"') && svg.endsWith('</svg>'));
                assert.doesNotMatch(svg, /<(text|script|image|use|style|foreignObject)|href|url\(|font-family|NaN|undefined/);
            }
        }
    });

    it("says in words what it shows, with a merchant's signs escaped", () => {
        const svg = painter.svg(
            { ...screenNamed('review'), lines: [{ key: 'review.contact', params: { seller: `<b>"Tom & Jerry's"\u0000</b>` } }] },
            colour,
        );
        assert.match(
            svg,
            /<title>[^<]*contact &#60;b&#62;&#34;Tom &#38; Jerry&#39;s&#34; &#60;\/b&#62; and give the claim number\.[^<]*7F3K2QM/,
        );
    });

    it('is what a display of that form gets, code included', () => {
        const frame = painter.frame(screenNamed('pay-both'), { form: 'svg', width: 800, height: 480, depth: 24 }, 7);
        assert.equal(frame.svg, painter.svg(screenNamed('pay-both'), colour));
        assert.equal(frame.payable, true);
        assert.match(frame.svg ?? '', /shape-rendering="crispEdges"/);
    });
});

describe('letters outside the bundle', () => {
    const greek: Screen = { ...screenNamed('idle-with-panel'), seller: 'Καφενείο 涩 Żółć', items: [] };

    it('come from the font packages, slice by slice', async () => {
        const seen: PaintProblem[] = [];
        const own = await createPainter({ onProblem: (problem) => seen.push(problem) });
        own.frame(greek, colour, 1);
        assert.deepEqual(
            seen.filter(({ kind }) => kind === 'letters-missing'),
            [],
        );
    });

    it('are a visible box where no font has them, and are reported once', async () => {
        const seen: PaintProblem[] = [];
        const bare = await createPainter({ packageFolder: () => undefined, onProblem: (problem) => seen.push(problem) });
        const missing = bare.svg(greek, colour);
        bare.svg(greek, colour);
        assert.deepEqual(
            seen.filter(({ kind }) => kind === 'letters-missing'),
            [{ kind: 'letters-missing', letters: 'Καφενίο涩' }],
        );
        assert.equal(missing.split('M80 0V-700H620V0Z').length - 1, 'Καφενείο涩'.length);
    });
});

describe('lines of text', () => {
    it('fit the display, in ASCII, whatever the screen and the language', () => {
        for (const locale of Object.keys(catalogues)) {
            for (const sample of samples()) {
                for (const [width, height] of [
                    [16, 2],
                    [20, 4],
                    [8, 1],
                ] as const) {
                    const { lines, payable } = painter.frame(sampleScreen(sample, locale), { ...letters, width, height }, 1);
                    assert.equal(lines?.length, height);
                    assert.equal(payable, false);
                    for (const line of lines ?? []) assert.match(line, new RegExp(`^[ -~]{0,${width}}$`), `${sample.name} ${locale}`);
                }
            }
        }
    });

    it('say the most important first', () => {
        const linesOf = (name: string) => painter.frame(screenNamed(name), letters, 1).lines;
        assert.deepEqual(linesOf('pay-scan-only'), ['Please pay', 'EUR 3.70']);
        assert.deepEqual(linesOf('wait-unknown'), ['Please wait', "Don't pay again"]);
        assert.deepEqual(linesOf('nothing-out'), ['Money goes back', 'No. 7F3K2QM']);
        assert.deepEqual(linesOf('presence'), ['Type on phone', '47']);
        assert.deepEqual(linesOf('declined'), ['Not accepted', 'Not charged']);
        assert.deepEqual(linesOf('thanks'), ['Paid. Thank you', 'Take your goods']);
        assert.deepEqual(linesOf('thanks-amount'), ['Paid. Thank you', 'EUR 3.70']);
        assert.deepEqual(linesOf('offline'), ['No connection', "Don't pay now"]);
    });

    it('promise no money to a customer whose payment is unknown', () => {
        const four = { ...letters, width: 20, height: 4 };
        assert.deepEqual(painter.frame(screenNamed('unsure'), letters, 1).lines, ['No answer', 'No. 7F3K2QM']);
        assert.deepEqual(painter.frame(screenNamed('unsure'), four, 1).lines, [
            'No answer',
            'No. 7F3K2QM',
            'If charged, it comes',
            'back by itself.',
        ]);
    });

    it('say a thing once, and how to pay where there is room for it', () => {
        const four = { ...letters, width: 20, height: 4 };
        const linesOf = (name: string) => painter.frame(screenNamed(name, 'de'), four, 1).lines;
        assert.deepEqual(linesOf('wait-confirm'), ['Bitte bestaetigen', 'Sie die Zahlung in', 'Ihrer Wallet-App.', 'Nicht neu zahlen']);
        assert.deepEqual(linesOf('pay-both'), ['Bitte bezahlen', '3,70 EUR', 'Zahlungscode an den', 'Scanner halten.']);
        assert.deepEqual(linesOf('choose'), ['Bitte waehlen', 'A1 Stilles 1,50 EUR', 'A2 Apfelsaf 2,20 EUR', 'B1 Haselnus 1,80 EUR']);
        assert.deepEqual(linesOf('nothing-out'), ['Keine Ausgabe', '3,70 EUR gehen an', 'Ihre Wallet zurueck.', 'Vorgang 7F3K2QM']);
    });

    it('leave out a name for which there are no letters', () => {
        const screen = screenNamed('choose');
        const items = (screen.items ?? []).slice(0, 1).map((item) => ({ ...item, name: 'น้ำเปล่า' }));
        const four = { ...letters, width: 20, height: 4 };
        assert.deepEqual(painter.frame({ ...screen, items }, four, 1).lines?.slice(0, 2), ['Please choose', 'A1 EUR 1.50']);
        assert.deepEqual(painter.frame({ ...screenNamed('idle'), seller: 'ร้านมุม' }, letters, 1).lines, ['Welcome', '']);
    });
});

describe('warm', () => {
    it('leaves nothing to load for the first real frame', async () => {
        const own = await createPainter();
        own.warm(colour, screenNamed('idle', 'zh-Hans'), ['矿泉水', 'Żubr']);
        assert.ok(own.frame(screenNamed('pay-both', 'zh-Hans'), colour, 1).payable);
    });
});
