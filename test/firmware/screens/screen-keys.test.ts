/** What can be pressed on which screen, and in whose words. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { World } from '../../../firmware/sale/world.ts';
import { textOf } from '../../../firmware/screens/messages.ts';
import type { ScreenKind } from '../../../firmware/screens/screen.ts';
import { localeAfter } from '../../../firmware/screens/screen-keys.ts';
import { screenOf } from '../../../firmware/screens/screen-of.ts';
import { samples, sampleWorld } from '../../../scripts/screens/samples.ts';

const panel = { state: 'online', reason: '' } as const;
const touched = (world: World): World => ({ ...world, policy: { ...world.policy, touch: true, locales: ['en', 'zh-Hans'] } });
const withPanel = (world: World): World => ({ ...world, devices: { ...world.devices, panel } });

function keysOf(name: string, change: (world: World) => World): readonly string[] {
    const sample = samples().find((one) => one.name === name);
    if (sample === undefined) throw new Error(`no sample called ${name}`);
    return (screenOf(sample.state, change(sample.world)).keys ?? []).map(({ key }) => key);
}

/** On glass that takes fingers; `close` only on the last words of a sale that has left. */
const table: Readonly<Partial<Record<ScreenKind, readonly string[]>>> = {
    idle: ['choose', 'language'],
    choose: ['back', 'language'],
    pay: ['cancel', 'language'],
    presence: ['confirm', 'cancel'],
    thanks: ['close'],
    declined: ['close'],
    cancelled: ['close'],
    moneyBack: ['close'],
    nothingOut: ['close'],
    review: ['close'],
    outOfService: ['language'],
    offline: ['language'],
    service: ['language'],
};

describe('keys', () => {
    it('are, on glass that takes fingers, those of the table', () => {
        for (const { name, state, world } of samples()) {
            const screen = screenOf(state, { ...touched(world), ...(world.choosing === undefined ? {} : { choosing: true }) });
            const keys = (screen.keys ?? []).map(({ key }) => key);
            const allowed = table[screen.kind] ?? [];
            // A screen may have fewer where one would do nothing: no goods to choose, no way back.
            const needed = allowed.filter((key) => !['choose', 'back'].includes(key));
            assert.ok(
                keys.every((key) => allowed.includes(key)),
                `${name}: ${keys}`,
            );
            assert.ok(
                needed.every((key) => keys.includes(key)),
                `${name}: ${keys}`,
            );
        }
        assert.deepEqual(keysOf('idle-touch', touched), ['choose', 'language']);
        assert.deepEqual(keysOf('idle-none', touched), ['language']);
        assert.deepEqual(keysOf('choose-begun', touched), ['back', 'language']);
        assert.deepEqual(keysOf('choose', touched), ['language']);
    });

    it('are none where nothing can be pressed', () => {
        for (const { name, state, world } of samples()) {
            const deaf = { ...world, policy: { ...world.policy, touch: false }, devices: { ...world.devices } };
            delete (deaf.devices as { panel?: unknown }).panel;
            assert.equal(screenOf(state, deaf).keys, undefined, name);
        }
    });

    it('are those of a panel where there is one, and it works', () => {
        assert.deepEqual(keysOf('pay-both', withPanel), ['cancel', 'language']);
        assert.deepEqual(keysOf('presence', withPanel), ['confirm', 'cancel']);
        assert.deepEqual(keysOf('thanks', withPanel), []);
        assert.deepEqual(
            keysOf('pay-both', (world) => ({ ...world, devices: { ...world.devices, panel: { state: 'offline', reason: '' } } })),
            [],
        );
    });

    it('change the language only where there is another', () => {
        const one = (world: World): World => ({ ...world, policy: { ...world.policy, touch: true, locales: ['en'] } });
        assert.deepEqual(keysOf('pay-both', one), ['cancel']);
    });

    it('name the next language in its own words', () => {
        const world = { ...sampleWorld({ policy: { touch: true, locales: ['en', 'zh-Hans'] } }) };
        const labelIn = (locale: string) => {
            const screen = screenOf(samples()[0]?.state ?? assert.fail('no samples'), { ...world, locale });
            const label = screen.keys?.find(({ key }) => key === 'language')?.label;
            return label === undefined ? undefined : textOf(label, screen);
        };
        assert.equal(labelIn('en'), '简体中文');
        assert.equal(labelIn('zh-Hans'), 'English');
        assert.equal(localeAfter({ ...world, locale: 'zh-Hans' }), 'en');
        assert.equal(localeAfter({ ...world, locale: 'somewhere-else' }), 'en', 'a locale that is not configured begins anew');
    });
});
