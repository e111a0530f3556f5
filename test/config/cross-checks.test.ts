/** Each cross check by a configuration that it must refuse, and one beside it that it must let pass. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkData } from '../../config/check.ts';
import { changed } from './good.ts';

const operator = { name: 'A Ltd', address: '1 Street', phone: '1' };
const production = { 'gateway.clientId': '5X00000000000000', operator, 'scanner.type': 'serial', 'scanner.path': '/dev/ttyACM0' };
const entryMode = {
    'kiosk.modes': ['entry-code'],
    relay: { mode: 'embedded', publicUrl: 'https://pay.example.com', listen: '127.0.0.1:8081' },
    entry: { min: '100', max: '5000' },
};
const dispensed = { ...entryMode, dispenser: { type: 'virtual' } };

const table: readonly {
    readonly what: string;
    readonly bad: Record<string, unknown>;
    readonly path: string;
    readonly good?: Record<string, unknown>;
}[] = [
    {
        what: 'http: to a gateway elsewhere',
        bad: { 'gateway.url': 'http://gateway.example.com' },
        path: 'gateway.url',
        good: { 'gateway.url': 'http://127.0.0.1:1' },
    },
    {
        what: 'http: to a name that only begins like localhost',
        bad: { 'gateway.url': 'http://localhost.example.com' },
        path: 'gateway.url',
        good: { 'gateway.url': 'http://[::1]:1' },
    },
    {
        what: 'notifications over http:',
        bad: { 'gateway.notifyUrl': 'http://pay.example.com/n' },
        path: 'gateway.notifyUrl',
        good: { 'gateway.notifyUrl': 'http://localhost:8080/n' },
    },
    ...['cancel', 'service-on', 'more-8'].map((slot) => ({
        what: `goods that are called as a key is: ${slot}`,
        bad: { catalog: [{ slot, name: { en: 'W' }, price: '150' }] },
        path: 'catalog.0.slot',
        good: { catalog: [{ slot: `${slot}s`, name: { en: 'W' }, price: '150' }] },
    })),
    {
        what: 'an order code on a panel that is too small for it',
        bad: { display: { type: 'virtual', width: 250, height: 122 } },
        path: 'display.height',
        good: { display: { type: 'virtual', width: 250, height: 123 } },
    },
    {
        what: 'a small order code that nobody allowed, on a tall panel',
        bad: { display: { type: 'png', path: 'a.png', width: 100, height: 300 } },
        path: 'display.width',
        good: { display: { type: 'png', path: 'a.png', width: 100, height: 300, allowSmallQr: true } },
    },
    {
        what: 'an order code of which a module is one pixel, whatever is allowed',
        bad: { display: { type: 'virtual', width: 128, height: 64, allowSmallQr: true } },
        path: 'display.height',
        good: { 'kiosk.modes': ['payment-code'], display: { type: 'virtual', width: 128, height: 64 } },
    },
    {
        what: 'a virtual scanner with a production client id',
        bad: { ...production, scanner: { type: 'virtual' } },
        path: 'scanner.type',
        good: production,
    },
    {
        what: 'a virtual dispenser with a production client id',
        bad: { ...production, dispenser: { type: 'virtual' } },
        path: 'dispenser.type',
        good: { ...production, dispenser: { type: 'none' } },
    },
    { what: 'no operator with a production client id', bad: { ...production, operator: undefined }, path: 'operator', good: production },
    {
        what: 'payment codes without a scanner',
        bad: { scanner: { type: 'none' } },
        path: 'scanner',
        good: { scanner: { type: 'none' }, 'kiosk.modes': ['order-code'] },
    },
    { what: 'payment codes and no scanner block at all', bad: { scanner: undefined }, path: 'scanner' },
    {
        what: 'order codes without a display',
        bad: { display: { type: 'none' } },
        path: 'display',
        good: { display: { type: 'none' }, 'kiosk.modes': ['payment-code'] },
    },
    { what: 'entry codes without a relay', bad: { ...entryMode, 'relay.mode': 'none' }, path: 'relay.mode', good: entryMode },
    { what: 'entry codes without a public address', bad: { ...entryMode, 'relay.publicUrl': undefined }, path: 'relay.publicUrl' },
    { what: 'a relay elsewhere, which comes later', bad: { ...entryMode, 'relay.mode': 'remote' }, path: 'relay.mode' },
    {
        what: 'least above largest',
        bad: { ...entryMode, entry: { min: '501', max: '500' } },
        path: 'entry.max',
        good: { ...entryMode, entry: { min: '500', max: '500' } },
    },
    {
        what: 'entry codes with a dispenser and no proof of presence',
        bad: { ...dispensed, display: { type: 'none' } },
        path: 'panel',
        good: dispensed,
    },
    {
        what: 'the same with a panel',
        bad: { ...dispensed, display: { type: 'none' }, panel: { type: 'none' } },
        path: 'panel',
        good: { ...dispensed, display: { type: 'none' }, panel: { type: 'virtual' } },
    },
    {
        what: 'a public relay on the listener of the API',
        bad: { ...entryMode, 'relay.listen': undefined },
        path: 'relay.listen',
        good: {
            ...entryMode,
            'relay.listen': undefined,
            'relay.publicUrl': 'http://127.0.0.1:8080',
            'gateway.notifyUrl': 'http://127.0.0.1:8080/n',
        },
    },
    { what: 'the same, written out', bad: { ...entryMode, 'relay.listen': '127.0.0.1:8080' }, path: 'relay.listen' },
    {
        what: 'public notifications on the listener of the API',
        bad: { relay: { mode: 'embedded' } },
        path: 'relay.listen',
        good: { relay: { mode: 'embedded', listen: '127.0.0.1:8081' } },
    },
    { what: 'a page over http:', bad: { ...entryMode, 'relay.publicUrl': 'http://pay.example.com' }, path: 'relay.publicUrl' },
    { what: 'a page with a question', bad: { ...entryMode, 'relay.publicUrl': 'https://pay.example.com/?a=b' }, path: 'relay.publicUrl' },
    { what: 'a slot twice', bad: { catalog: [1, 2].map(() => ({ slot: 'A1', name: { en: 'W' }, price: '1' })) }, path: 'catalog.1.slot' },
    {
        what: 'rupiah with a rest',
        bad: { 'kiosk.currency': 'IDR', catalog: [{ slot: 'A1', name: { en: 'W' }, price: '150050' }] },
        path: 'catalog.0.price',
        good: { 'kiosk.currency': 'IDR', catalog: [{ slot: 'A1', name: { en: 'W' }, price: '150000' }] },
    },
    {
        what: 'rupiah limits with a rest',
        bad: { 'kiosk.currency': 'IDR', catalog: [], 'entry.min': '150' },
        path: 'entry.min',
        good: { 'kiosk.currency': 'IDR', catalog: [], 'entry.min': '100' },
    },
    {
        what: 'an API for everybody without a token',
        bad: { api: { listen: '0.0.0.0:8080' } },
        path: 'api.tokenFile',
        good: { api: { listen: '0.0.0.0:8080', tokenFile: 'token' } },
    },
    {
        what: 'a page that sends customers’ codes elsewhere',
        bad: { page: { sandbox: 'https://sandbox.example.com' } },
        path: 'page.sandbox',
        good: { page: { sandbox: 'http://127.0.0.1:8090', stage: 'http://localhost:8100' } },
    },
    {
        what: 'a stage on another machine',
        bad: { page: { stage: 'http://192.168.0.2:1' } },
        path: 'page.stage',
        good: { page: { stage: 'http://[::1]:1' } },
    },
    {
        what: 'an alarm without a way',
        bad: { operator: { ...operator, alert: { after: '1m' } } },
        path: 'operator.alert',
        good: { operator: { ...operator, alert: { command: ['/bin/true'] } } },
    },
    {
        what: 'an alarm with two ways',
        bad: { operator: { ...operator, alert: { url: 'https://a.example.com', command: ['x'] } } },
        path: 'operator.alert',
    },
    {
        what: 'an alarm in the clear',
        bad: { operator: { ...operator, alert: { url: 'http://a.example.com' } } },
        path: 'operator.alert.url',
        good: { operator: { ...operator, alert: { url: 'http://127.0.0.1:1' } } },
    },
    {
        what: 'a first inquiry after the end',
        bad: { 'timing.paymentCodeFirstInquiry': '30s', 'timing.paymentCodeLimit': '20s' },
        path: 'timing.paymentCodeFirstInquiry',
    },
    { what: 'blanking before showing', bad: { 'timing.blankMargin': '30s', 'timing.orderCodeExpiry': '20s' }, path: 'timing.blankMargin' },
];

for (const { what, bad, path, good } of table) {
    test(`refused: ${what}`, () => {
        const { problems } = checkData(changed(bad));
        assert.deepEqual([...new Set(problems.map((problem) => problem.path.join('.')))], [path], JSON.stringify(problems));
        if (good !== undefined) assert.deepEqual(checkData(changed(good)).problems, []);
    });
}

const values: readonly { readonly path: string; readonly bad: readonly unknown[]; readonly good: readonly unknown[] }[] = [
    { path: 'kiosk.id', bad: ['', 'a b', 'é', 'x'.repeat(65), 7], good: ['a', 'A_b-9', 'x'.repeat(64)] },
    { path: 'kiosk.currency', bad: ['eur', 'XXX', 'ISK', 7], good: ['TWD', 'JPY'] },
    { path: 'kiosk.timeZone', bad: ['Mars/Base', ''], good: ['Europe/Berlin', 'UTC'] },
    { path: 'kiosk.modes', bad: [[], ['order-code', 'order-code'], 'order-code', ['cash']], good: [['order-code']] },
    { path: 'merchant.mcc', bad: [5814, '58', '58a4', '58140'], good: ['5814'] },
    { path: 'merchant.store.id', bad: ['x'.repeat(33)], good: ['x'.repeat(32)] },
    { path: 'merchant.name', bad: ['', 'a\nb', 'x'.repeat(129)], good: ['Café 咖啡'] },
    {
        path: 'gateway.url',
        bad: ['ftp://x', 'gateway', 'https://user:pw@x.example', 'https://x.example/#a', 7],
        good: ['https://x.example'],
    },
    { path: 'gateway.clientId', bad: ['', 'a-b'], good: ['SANDBOX_1'] },
    { path: 'gateway.gatewayPublicKeyFiles', bad: [[], 'a.pem'], good: [['a.pem', 'b.pem']] },
    { path: 'gateway.merchantRegion', bad: ['sg', 'SGP'], good: ['SG'] },
    {
        path: 'catalog.0.price',
        bad: ['0', '01', '-1', '1.5', 150, '9007199254740992', '99999999999999999'],
        good: ['1', '9007199254740991'],
    },
    { path: 'goodwill', bad: ['x', 5], good: ['0', '100'] },
    { path: 'api.listen', bad: ['8080', '127.0.0.1', '127.0.0.1:99999', 'a b:1'], good: ['127.0.0.1:0', '[::1]:8080', 'localhost:1'] },
    { path: 'timing.patience', bad: ['2', '2 m', -1, 1.5, '10d', '1ms', true], good: ['2m', 200, '1h', '90s'] },
    { path: 'timing.cancelRetry', bad: [[], '2s', ['0s'], Array.from({ length: 21 }, () => '2s')], good: [['2s', 3000]] },
    { path: 'sale.triesMax', bad: [0, 1.5, '3', 21], good: [1, 20] },
    { path: 'log.level', bad: ['verbose'], good: ['debug'] },
];

for (const { path, bad, good } of values) {
    test(`values of ${path}`, () => {
        for (const value of bad) {
            const { problems } = checkData(changed({ [path]: value }));
            assert.ok(
                problems.some((problem) => problem.path.join('.').startsWith(path)),
                `${path}: ${JSON.stringify(value)} must be refused`,
            );
            assert.ok(
                problems.every((problem) => /[.?]$/.test(problem.message)),
                JSON.stringify(problems),
            );
        }
        for (const value of good) assert.deepEqual(checkData(changed({ [path]: value })).problems, [], `${path}: ${JSON.stringify(value)}`);
    });
}
