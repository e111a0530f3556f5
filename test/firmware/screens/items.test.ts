/** Items on a screen: a slot's name is shown where it stands on the machine, and nowhere else. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { screenOf } from '../../../firmware/screens/screen-of.ts';
import { wordsOf } from '../../../firmware/screens/words.ts';
import { sampleState, sampleWorld } from '../../../scripts/screens/samples.ts';

const online = { state: 'online', reason: '' } as const;
const chooses = { touch: true, modes: ['payment-code'] } as const;

describe('the label of an item', () => {
    test('is its slot where goods come out of slots', () => {
        const screen = screenOf(sampleState(), sampleWorld({ policy: chooses }));
        assert.deepEqual(
            screen.items?.map(({ slot, label }) => [slot, label]),
            [
                ['A1', 'A1'],
                ['A2', 'A2'],
                ['B1', 'B1'],
            ],
        );
        assert.match(wordsOf(screen), /A1\s+Still water/);
    });

    test('is its slot where a key stands for it', () => {
        const world = sampleWorld({
            policy: { ...chooses, dispenses: false },
            devices: { scanner: online, display: online, panel: online },
        });
        assert.equal(screenOf(sampleState(), world).items?.[0]?.label, 'A1');
    });

    test('is not there where somebody hands the goods over: the slot is a number that nobody sees', () => {
        const world = sampleWorld({ policy: { ...chooses, dispenses: false }, devices: { scanner: online, display: online } });
        const screen = screenOf(sampleState(), world);
        assert.deepEqual(
            screen.items?.map(({ slot, label }) => [slot, label]),
            [
                ['A1', undefined],
                ['A2', undefined],
                ['B1', undefined],
            ],
        );
        assert.doesNotMatch(wordsOf(screen), /A1/);
    });
});
