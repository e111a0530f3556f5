/** The payment code in clear is nowhere: not on disk, in a log, in an answer, in a metric, in a command line. Nor are keys. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { SaleView } from '../../firmware/ports/desk.ts';
import { Cable } from '../drivers/pty.ts';
import type { Kiosk } from './kiosk.ts';
import { type LiveStream, listenTo } from './live-stream.ts';
import { Stage, vending } from './stage.ts';
import { leaksIn, tracesOf } from './traces.ts';

let stage: Stage;
let kiosk: Kiosk;
let wired: Kiosk;
let cable: Cable;
let cableFolder: string;
const codes: string[] = [];
/** What a page and a window hear while codes are read, by address. */
const listened = new Map<string, LiveStream>();

before(async () => {
    cableFolder = mkdtempSync(join(tmpdir(), 'till-cable-'));
    cable = new Cable(cableFolder);
    await cable.plug();
    stage = await Stage.open();
    kiosk = await stage.opened({ name: 'virtual' });
    wired = await stage.opened({ name: 'wired', config: { ...vending, scanner: { type: 'serial', path: cable.path } } });
    await wired.lineOpen();
    for (const one of [kiosk, wired]) {
        for (const path of ['/v1/virtual/live', '/v1/screen/live', '/v1/events']) {
            const url = `${one.url}${path}`;
            listened.set(url, await listenTo(url));
        }
    }
});

after(async () => {
    for (const stream of listened.values()) stream.close();
    await stage?.close();
    await cable?.unplug();
    rmSync(cableFolder, { recursive: true, force: true });
});

/** Scans a code in a sale of its own and lets the sale end. */
async function scanned(on: Kiosk, text: string): Promise<void> {
    codes.push(text);
    const sale = await on.sell(['A1']);
    await on.orderCode(sale.id);
    if (on === wired) await cable.send(`${text}\r\n`);
    else await on.scan(text);
    await on.until('something came of the scan', async () => {
        const now = await on.sale(sale.id);
        if (now.ended) return true;
        const [newest] = now.payments.filter((payment) => payment.mode === 'payment-code').slice(-1);
        if (
            newest === undefined
                ? /not a payment|WeChat|UnionPay|barcode|already used/i.test(await on.words())
                : newest.state === 'declined'
        )
            return true;
        return undefined;
    });
    await on.post(`/v1/sales/${sale.id}/cancel`, {});
    await on.ended(sale.id);
}

function filesUnder(folder: string): string[] {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .map((name) => join(folder, name))
        .filter((path) => statSync(path).isFile());
}

/** Everything that the kiosk wrote, says or is called by. */
async function places(of: Kiosk): Promise<Map<string, Buffer>> {
    const all = new Map<string, Buffer>();
    for (const file of [...filesUnder(of.dataDir), of.service.logFile]) all.set(file, readFileSync(file));
    for (const part of ['cmdline', 'environ']) all.set(`/proc/${of.service.pid}/${part}`, readFileSync(`/proc/${of.service.pid}/${part}`));
    const { sales } = (await of.get('/v1/sales?limit=500')).json as { sales: SaleView[] };
    const paths = [
        '/healthz',
        '/readyz',
        '/metrics',
        '/v1/sales',
        '/v1/journal?limit=1000',
        '/openapi.json',
        '/',
        '/v1/virtual/display',
        '/v1/virtual/tray',
    ];
    for (const path of [...paths, ...sales.map((sale) => `/v1/sales/${sale.id}`)]) all.set(path, Buffer.from((await of.get(path)).text));
    for (const [path, stream] of listened) if (path.startsWith(of.url)) all.set(path, Buffer.from(JSON.stringify(stream.heard)));
    all.set('till journal export', Buffer.from(await of.exported()));
    all.set('till sale find', Buffer.from((await of.till(['sale', 'find', '--json'])).out));
    return all;
}

test('codes are read that are charged, refused, lost on the way, asked a password for, and of other kinds', async () => {
    await scanned(kiosk, await stage.code('alice'));
    await scanned(kiosk, await stage.code('chen'));
    await scanned(kiosk, await stage.code('bob'));
    await stage.bank.fault({ api: 'pay', kind: 'dropAfterBooking', after: 1, count: 1 });
    await scanned(kiosk, await stage.code('alice'));
    await stage.bank.fault({ api: 'pay', kind: 'dropBeforeBooking', after: 1, count: 1 });
    await scanned(kiosk, await stage.code('alice'));
    await stage.bank.fault({ api: 'pay', kind: 'badSignature', after: 1, count: 1 });
    await scanned(kiosk, await stage.code('alice'));
    await stage.bank.endFault();
    await scanned(kiosk, '134567890123456789');
    await scanned(kiosk, '6212345678901234567');
    await scanned(wired, await stage.code('alice'));
    await scanned(wired, await stage.code('chen'));
    assert.equal(new Set(codes).size, 10);
});

test('a code that is shown to a machine that does not read, twice, or across a power cut', async () => {
    const code = await stage.code('alice');
    codes.push(code);
    const refused = await kiosk.post('/v1/virtual/scanner', { text: code });
    assert.equal(refused.status, 409, refused.text);
    assert.equal(refused.text.includes(code), false);
    await stage.bank.fault({ api: 'pay', kind: 'slow', ms: 1_000, after: 1, count: 1 });
    const sale = await kiosk.sell(['A1']);
    await kiosk.orderCode(sale.id);
    await kiosk.scan(code);
    await kiosk.saleWhen(sale.id, 'is paying', (one) => one.payments.some((payment) => payment.mode === 'payment-code'));
    await kiosk.service.kill();
    await stage.bank.endFault();
    await kiosk.open();
    await kiosk.ended(sale.id);
    await scanned(kiosk, code).catch(() => undefined);
    codes.pop();
});

test('none of them stands anywhere', async () => {
    for (const one of [kiosk, wired]) {
        const all = await places(one);
        assert.ok(all.size > 15, `${all.size} places`);
        for (const [path, stream] of listened) if (path.startsWith(one.url)) assert.ok(stream.heard.length > 10, `${path} was heard`);
        assert.deepEqual(leaksIn(all, codes), []);
    }
});

test('canary: the search finds a code in every form', () => {
    const [first = '', second = '', third = ''] = codes;
    for (const { form, bytes, certain } of tracesOf(first)) {
        const place = new Map([['planted', Buffer.concat([Buffer.from('{"at":1795405038397,"x":"'), bytes, Buffer.from('"}')])]]);
        assert.equal(leaksIn(place, codes).length > 0, certain, `${form}: ${certain}`);
    }
    const wrapped = Buffer.from(Buffer.from(`the code ${first} was read`).toString('base64'));
    assert.equal(leaksIn(new Map([['wrapped', wrapped]]), codes).length, 1);
    const shorts = new Map([['shorts', Buffer.from([first, second, third].map((code) => code.slice(9, 17)).join(' '))]]);
    assert.equal(leaksIn(shorts, codes).length, 3, 'short pieces of three codes are no chance');
    assert.deepEqual(leaksIn(new Map([['clean', Buffer.from('nothing to see here 1795405038397')]]), codes), []);
});

test('the private key stands in no other file, log or answer, and only its owner may read what is secret', async () => {
    const pem = readFileSync(join(stage.folder, 'keys', 'merchant.pem'), 'utf8');
    const line = pem.split('\n')[5] ?? '';
    assert.ok(line.length >= 60);
    const device = readFileSync(join(kiosk.dataDir, 'device.key'));
    for (const [where, bytes] of await places(kiosk)) {
        assert.equal(bytes.includes(line), false, where);
        if (!where.endsWith('device.key')) assert.equal(bytes.includes(device), false, where);
    }
    for (const file of [join(stage.folder, 'keys', 'merchant.pem'), join(kiosk.dataDir, 'device.key')])
        assert.equal(statSync(file).mode & 0o077, 0, file);
    for (const file of filesUnder(join(kiosk.dataDir, 'journal'))) assert.equal(statSync(file).mode & 0o022, 0, file);
});

test('the books agree to the cent', async () => {
    await stage.proveBooks();
});
