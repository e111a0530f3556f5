import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { momentIn } from '../../../firmware/page/screen/moments.ts';
import { type ScreenFrame, Standing } from '../../../firmware/page/screen/standing.ts';
import { windowSilenceMs } from '../../../firmware/ports/window.ts';

function begin() {
    const clock = { nowMs: 50_000 };
    const standing = new Standing(() => clock.nowMs);
    const frame = (facts: Partial<ScreenFrame> = {}): ScreenFrame => ({
        id: 1,
        kind: 'idle',
        payable: false,
        svg: '<svg/>',
        width: 800,
        height: 480,
        ...facts,
    });
    return { clock, standing, frame };
}

test('before the first picture it is black, and soon says so', () => {
    const { clock, standing } = begin();
    assert.deepEqual(standing.view(), { kind: 'black', words: false });
    clock.nowMs += 1200;
    assert.deepEqual(standing.view(), { kind: 'black', words: true });
});

test('a picture stands while the loop beats, and goes three seconds after its last beat', () => {
    const { clock, standing, frame } = begin();
    standing.show(frame());
    for (let beat = 0; beat < 5; beat++) {
        clock.nowMs += 1000;
        assert.equal(standing.view().kind, 'frame');
        standing.beat();
    }
    clock.nowMs += windowSilenceMs - 1;
    assert.equal(standing.view().kind, 'frame');
    clock.nowMs += 1;
    assert.deepEqual(standing.view(), { kind: 'black', words: false });
    clock.nowMs += 1200;
    assert.deepEqual(standing.view(), { kind: 'black', words: true });
    standing.beat();
    assert.equal(standing.view().kind, 'frame');
});

test('a payable code goes when its time is over by the own clock, and no beat brings it back', () => {
    const { clock, standing, frame } = begin();
    standing.show(frame({ payable: true, payableForMs: 2500 }));
    clock.nowMs += 2499;
    assert.equal(standing.view().kind, 'frame');
    clock.nowMs += 1;
    assert.equal(standing.view().kind, 'black');
    standing.beat();
    assert.equal(standing.view().kind, 'black');
    standing.show(frame({ id: 2 }));
    assert.equal(standing.view().kind, 'frame');
});

test('a window that was replaced shows no picture until it gets one again', () => {
    const { standing, frame } = begin();
    standing.show(frame());
    standing.replace();
    standing.beat();
    assert.deepEqual(standing.view(), { kind: 'replaced' });
    standing.show(frame({ id: 3 }));
    assert.equal(standing.view().kind, 'frame');
});

test('what a black window says is what the catalogues say', () => {
    const folder = new URL('../../../firmware/screens/messages/', import.meta.url);
    const languages = readdirSync(folder).map((file) => file.replace('.json', ''));
    assert.ok(languages.length >= 2);
    for (const language of languages) {
        const catalogue = JSON.parse(readFileSync(new URL(`${language}.json`, folder), 'utf8')) as Record<string, unknown>;
        assert.equal(momentIn(language), catalogue['title.starting'], language);
    }
    assert.equal(momentIn('xx'), momentIn('en'));
});

test('the countdown runs from the whole of a code’s time, also when its picture comes again, and is not there without a code', () => {
    const { clock, standing, frame } = begin();
    assert.equal(standing.leftPart(), undefined);
    standing.show(frame({ payable: true, payableForMs: 4000 }));
    assert.equal(standing.leftPart(), 1);
    clock.nowMs += 1000;
    assert.equal(standing.leftPart(), 0.75);
    // Another language: the same code, with what is left of its time.
    standing.show(frame({ id: 2, payable: true, payableForMs: 3000 }));
    assert.equal(standing.leftPart(), 0.75);
    clock.nowMs += 9000;
    assert.equal(standing.leftPart(), 0);
    standing.show(frame({ id: 3 }));
    assert.equal(standing.leftPart(), undefined);
    standing.show(frame({ id: 4, payable: true, payableForMs: 1000 }));
    assert.equal(standing.leftPart(), 1, 'the next code counts from its own time');
});
