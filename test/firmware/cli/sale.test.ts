import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { changed, withConfig } from '../../config/good.ts';
import { saleView } from '../api/fake-desk.ts';
import { withApi } from '../api/open-api.ts';
import { till } from './run-cli.ts';

test('sale show tells a sale in lines or in JSON', async () => {
    await withApi(async ({ api }) => {
        const url = api.address;
        const said = await till(['sale', 'show', 'S1', '--url', url]);
        assert.deepEqual([said.code, said.err], [0, '']);
        assert.equal(
            said.out,
            [
                '2026-11-23T02:00:00.000Z  S1  delivered   1.50 EUR  claim 4711  reference order 7  look at: delivery-unknown',
                '  item      A1  Water',
                '  payment   S1_P1  order-code  paid  1.50 EUR  SUCCESS',
                '  delivery  A1  delivered  seen: the drop sensor',
                '  refund    S1_R1  by refund  confirmed  0.10 EUR',
                '  resolved  delivered by ann at 2026-11-23T03:00:00.000Z: seen on the camera',
                '  kept      1.50 EUR',
                '',
            ].join('\n'),
        );
        assert.deepEqual(JSON.parse((await till(['sale', 'show', 'S1', '--url', url, '--json'])).out), saleView('S1'));
        const missing = await till(['sale', 'show', 'S2', '--url', url]);
        assert.deepEqual([missing.code, missing.out], [1, '']);
        assert.match(missing.err, /404 unknown-sale: This kiosk has no sale of that id\. \(KIOSK_REFUSED\)/);
    });
});

test('sale find asks by state, reference and claim; money of a currency without cents is whole', async () => {
    await withApi(async ({ api, desk }) => {
        desk.known.clear();
        assert.equal((await till(['sale', 'find', '--url', api.address])).out, 'No such sale.\n');
        desk.known.set('J', saleView('J', { amount: { currency: 'JPY', value: '5' } }));
        const said = await till([
            'sale',
            'find',
            '--state',
            'review',
            '--claim',
            '4711',
            '--reference',
            'order 7',
            '--url',
            `${api.address}/`,
        ]);
        assert.equal(said.code, 0);
        assert.match(said.out, / J {2}delivered {3}5 JPY {2}claim 4711/);
        assert.deepEqual(desk.asked.at(-1)?.order, { state: 'review', reference: 'order 7', claim: '4711', limit: 50 });
        assert.equal((await till(['sale', 'find', '--state', 'sold', '--url', api.address])).code, 1);
    });
});

test('sale resolve sends decision, note and name', async () => {
    await withApi(async ({ api, desk }) => {
        const said = await till([
            'sale',
            'resolve',
            'S1',
            '--decision',
            'refund',
            '--note',
            'it was empty',
            '--by',
            'ann',
            '--url',
            api.address,
        ]);
        assert.deepEqual([said.code, said.err], [0, '']);
        const order = desk.asked[0]?.order as { saleId: string; decision: string; note: string; by: string; key: { key: string } };
        assert.deepEqual([order.saleId, order.decision, order.note, order.by], ['S1', 'refund', 'it was empty', 'ann']);
        assert.ok(order.key.key.length > 16);
        assert.equal((await till(['sale', 'resolve', 'S1', '--decision', 'refund', '--url', api.address])).code, 64);
    });
});

test('the address and the token come from the configuration, and the token is never said', async () => {
    const token = 'a-token-of-twenty-four-x';
    await withApi(
        async ({ api }) => {
            await withConfig(changed({ 'api.listen': `127.0.0.1:${api.port}`, 'api.tokenFile': 'token' }), async (file, folder) => {
                await writeFile(join(folder, 'token'), `${token}\n`);
                const said = await till(['sale', 'show', 'S1', '--config', file]);
                assert.deepEqual([said.code, said.err], [0, '']);
                assert.ok(!said.out.includes(token));
            });
        },
        { token },
    );
});

test('a kiosk that is not there is told plainly', async () => {
    let gone = '';
    await withApi(async ({ api }) => {
        gone = api.address;
    });
    const said = await till(['sale', 'find', '--url', gone]);
    assert.equal(said.code, 1);
    assert.match(said.err, /^till: No kiosk answers at http:\/\/127\.0\.0\.1:\d+\. Is it running\?.*\(KIOSK_UNREACHABLE\)\n$/);
});
