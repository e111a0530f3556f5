/** The stage: real processes from the real build, the plug pulled and put back, another profile, the books in the end. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { SandboxClient } from '../../../scripts/sandbox/client.ts';
import { profileNamed } from '../../../scripts/stage/profiles.ts';
import { Stage } from '../../../scripts/stage/stage.ts';
import type { StageView } from '../../../scripts/stage/view.ts';
import { childrenOf, lives } from '../demo/run.ts';

const folder = mkdtempSync(join(tmpdir(), 'till-stage-'));
const stop = new AbortController();
let stage: Stage;
const said: string[] = [];

/** A port behind which there is room for the others. */
function roomyPort(): Promise<number> {
    return new Promise((resolve) => {
        const server = createServer();
        server.listen({ host: '127.0.0.1', port: 0 }, () => {
            const { port } = server.address() as { port: number };
            server.close(() => resolve(port > 60_000 ? port - 20_000 : port));
        });
    });
}

before(async () => {
    stage = await Stage.open({
        folder,
        profile: profileNamed('vending')!,
        lang: 'en',
        port: await roomyPort(),
        signal: stop.signal,
        during: (_what, run) => run(),
        say: (sentence) => said.push(sentence),
        onBroken: (fault) => said.push(fault.message),
    });
});
after(async () => {
    await stage?.close();
    rmSync(folder, { recursive: true, force: true });
});

// biome-ignore lint/suspicious/noExplicitAny: answers of several shapes; each assertion names the fields that it wants.
type Answer = { status: number; body: any };

async function ask(method: string, url: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const response = await fetch(url, {
        method,
        headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

const askStage = (method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
    ask(method, `${stage.serverAddress}${path}`, body, headers);
const kiosk = (path: string) => `${stage.view.kiosk.url}${path}`;
const wallet = () => new SandboxClient(stage.sandboxAddress).wallet;

/** Until it is so; the test's own limit ends the waiting. */
async function until<Found>(look: () => Promise<Found | undefined>): Promise<Found> {
    for (;;) {
        const found = await look();
        if (found !== undefined) return found;
        await new Promise((resolve) => setTimeout(resolve, 20));
    }
}

/** How a sale ended, as the journal on the disk says. */
const ended = (id: string) =>
    until(async () => {
        const { records } = await stage.journal({ after: 0 });
        const last = records.find((record) => record.type === 'saleEnded' && record.saleId === id);
        return last === undefined ? undefined : String(last.state);
    });
async function openSale(order: unknown): Promise<string> {
    // A kiosk that has just started has not heard from its gateway yet.
    await until(async () => ((await ask('GET', kiosk('/readyz'))).status === 200 ? true : undefined));
    const opened = await ask('POST', kiosk('/v1/sales'), order);
    assert.equal(opened.status, 201, JSON.stringify(opened.body));
    return opened.body.id as string;
}
const codeOf = (id: string) =>
    until(async () => {
        const { records } = await stage.journal({ after: 0 });
        const issued = records.find((record) => record.type === 'codeIssued' && record.saleId === id);
        return issued === undefined ? undefined : String(issued.code);
    });
const agrees = () =>
    until(async () => {
        const { body } = await askStage('GET', '/stage/compare');
        return body.agrees === true ? body : undefined;
    });

test('it is up: a kiosk that sells, and what it is', async () => {
    const { status, body } = await askStage('GET', '/stage');
    assert.equal(status, 200);
    assert.equal(body.kiosk.state, 'running');
    assert.equal(body.kiosk.starts, 1);
    assert.equal(body.profile, 'vending');
    assert.deepEqual(
        body.profiles.map(({ name }: { name: string }) => name),
        ['vending', 'stand', 'self-service'],
    );
    assert.equal(body.lang, 'en');
    assert.ok(body.langs.includes('zh-Hans'));
    assert.equal((await ask('GET', kiosk('/readyz'))).status, 200);
    const id = await openSale({ items: [{ slot: 'A1' }] });
    await wallet().scan('alice', { code: await codeOf(id) });
    assert.equal(await ended(id), 'delivered');
});

test('the plug: the process is killed, the journal is read meanwhile, and goes on behind it; the sale is settled', async () => {
    const id = await openSale({ items: [{ slot: 'B1' }] });
    const code = await codeOf(id);
    const { body: off } = await askStage('POST', '/stage/plug', { plugged: false });
    assert.equal(off.kiosk.state, 'off');
    assert.equal(off.kiosk.why, 'unplugged');
    await assert.rejects(ask('GET', kiosk('/healthz')));
    const before = await askStage('GET', '/stage/journal?after=0');
    assert.equal(before.body.records.at(-1).seq, before.body.head);
    assert.ok(before.body.records.some((record: { saleId?: string }) => record.saleId === id));
    // The phone still has the code that the dead machine showed, and pays.
    await wallet().scan('alice', { code });
    const { body: on } = await askStage('POST', '/stage/plug', { plugged: true });
    assert.equal(on.kiosk.state, 'running');
    assert.equal(on.kiosk.starts, 2);
    assert.notEqual(await ended(id), 'delivered');
    const after = await askStage('GET', `/stage/journal?after=${before.body.head}`);
    assert.equal(after.body.records[0].seq, before.body.head + 1);
    assert.equal(after.body.records[0].type, 'started');
    await agrees();
    // Twice the same is no second process.
    assert.equal((await askStage('POST', '/stage/plug', { plugged: true })).body.kiosk.starts, 2);
});

test('live: each change is told, the first state at once', async () => {
    const states: string[] = [];
    const over = new AbortController();
    const response = await fetch(`${stage.serverAddress}/stage/live`, { signal: over.signal, headers: { origin: stage.view.kiosk.url } });
    assert.equal(response.headers.get('content-type'), 'text/event-stream');
    assert.equal(response.headers.get('access-control-allow-origin'), stage.view.kiosk.url);
    const reading = (async () => {
        let text = '';
        for await (const chunk of response.body!) {
            text += new TextDecoder().decode(chunk);
            for (const found of text.matchAll(/event: stage\ndata: (.*)\n\n/g))
                states.push((JSON.parse(found[1]!) as StageView).kiosk.state);
            text = text.slice(text.lastIndexOf('\n\n') + 2);
        }
    })();
    await until(async () => (states.length > 0 ? true : undefined));
    await stage.unplug();
    await stage.plugIn();
    await until(async () => (states.at(-1) === 'running' && states.length > 3 ? true : undefined));
    assert.deepEqual(
        states.filter((state, index) => state !== states[index - 1]),
        ['running', 'off', 'starting', 'running'],
    );
    over.abort();
    await reading.catch(() => undefined);
});

test('another profile and language: the kiosk ends in order, and a second machine with its own journal sells', async () => {
    const vending = stage.view.journal;
    const { status, body } = await askStage('POST', '/stage/profile', { profile: 'stand', lang: 'zh-Hans' });
    assert.equal(status, 200);
    assert.equal(body.kiosk.state, 'running');
    assert.equal(body.profile, 'stand');
    assert.equal(body.lang, 'zh-Hans');
    assert.notEqual(body.journal, vending);
    const { records } = await stage.journal({ after: 0 });
    assert.deepEqual([records[0]?.seq, records[0]?.type], [1, 'started']);
    const id = await openSale({ amount: { currency: 'EUR', value: '450' } });
    const { code } = await wallet().showCode('alice');
    const scanned = await until(async () => {
        const { body: answer } = await ask('POST', kiosk('/v1/virtual/scanner'), { text: code });
        return answer.read === true ? true : undefined;
    });
    assert.equal(scanned, true);
    assert.equal(await ended(id), 'delivered');
    // One ledger has the payments of both machines; both journals together have them too.
    const books = await agrees();
    assert.ok(books.payments >= 3);
    const vendingAgain = await askStage('POST', '/stage/profile', { profile: 'vending', lang: 'en' });
    assert.equal(vendingAgain.body.journal, vending);
});

test('every profile runs, each as another machine', async () => {
    const ids = new Set<string>();
    for (const profile of ['stand', 'self-service', 'vending']) {
        const { body } = await askStage('POST', '/stage/profile', { profile });
        assert.equal(body.kiosk.state, 'running', JSON.stringify(body.kiosk));
        const { records } = await stage.journal({ after: 0, limit: 1 });
        assert.equal(records.length, 1);
        ids.add(body.journal);
    }
    assert.equal(ids.size, 3);
});

test('the plug is stronger than what is under way', async () => {
    const becoming = askStage('POST', '/stage/profile', { profile: 'stand' });
    await until(async () => (stage.view.kiosk.state === 'starting' ? true : undefined));
    await stage.unplug();
    await becoming;
    assert.equal(stage.view.kiosk.state, 'off');
    await assert.rejects(ask('GET', kiosk('/healthz')));
    await askStage('POST', '/stage/profile', { profile: 'vending' });
    assert.equal(stage.view.kiosk.state, 'running');
});

test('a kiosk that ends by itself stays off, with its last words, until somebody plugs it in', async () => {
    const log = join(folder, 'vending.log');
    const said = readFileSync(log, 'utf8');
    await stage.unplug();
    await stage.plugIn();
    await until(async () => (readFileSync(log, 'utf8').length > said.length ? true : undefined));
    const kioskPid = childrenOf(folder).at(-1)!;
    assert.ok(lives(kioskPid));
    process.kill(kioskPid, 'SIGKILL');
    await until(async () => (stage.view.kiosk.state === 'off' ? true : undefined));
    assert.equal(stage.view.kiosk.why, 'ended');
    const words = stage.view.kiosk.log ?? [];
    const spoken = readFileSync(log, 'utf8').slice(said.length);
    assert.ok(words.length > 0 && words.every((line) => spoken.includes(line)));
    await stage.plugIn();
    assert.equal(stage.view.kiosk.state, 'running');
});

test('what is wrong is told in one sentence; other hosts and foreign pages get nothing', async () => {
    for (const [path, body] of [
        ['/stage/plug', {}],
        ['/stage/plug', { plugged: 'no' }],
        ['/stage/profile', { profile: '../../etc' }],
        ['/stage/profile', { lang: 'xx' }],
    ] as const) {
        const answer = await askStage('POST', path, body);
        assert.equal(answer.status, 400, path);
        assert.equal(answer.body.code, 'STAGE_REQUEST');
    }
    assert.equal((await askStage('GET', '/stage/journal?after=-1')).body.code, 'STAGE_REQUEST');
    assert.equal((await askStage('POST', '/stage/plug', { plugged: false, filler: 'x'.repeat(5_000) })).status, 400);
    assert.equal((await askStage('POST', '/stage/plug', { plugged: false }, { 'content-type': 'text/plain' })).status, 400);
    assert.equal((await askStage('GET', '/')).status, 404);
    const foreign = await askStage('POST', '/stage/plug', { plugged: false }, { origin: 'https://example.com' });
    assert.equal(foreign.status, 403);
    const { port } = new URL(stage.serverAddress);
    const named = await new Promise<number | undefined>((resolve, reject) => {
        const asked = request({ port, host: '127.0.0.1', path: '/stage', headers: { host: 'rebound.example.com' } }, (response) => {
            response.resume();
            resolve(response.statusCode);
        });
        asked.on('error', reject).end();
    });
    assert.equal(named, 403);
    assert.equal(stage.view.kiosk.state, 'running');
});
