/** The documents and files that were built for browsers. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { documentPolicy } from '../../../firmware/api/page-routes.ts';
import { withApi } from './open-api.ts';

function builtPage(): { folder: string; remove: () => void } {
    const place = mkdtempSync(join(tmpdir(), 'tillbox-page-'));
    const folder = join(place, 'page');
    mkdirSync(join(folder, 'sounds'), { recursive: true });
    writeFileSync(join(folder, 'index.html'), '<!doctype html><title>page</title>');
    writeFileSync(join(folder, 'screen.html'), '<!doctype html><title>screen</title>');
    writeFileSync(join(folder, 'index-AB12CD34.js'), 'export {};');
    writeFileSync(join(folder, 'sounds', 'index.json'), '{"languages":{}}');
    writeFileSync(join(folder, 'notes.txt'), 'of a type that no page has');
    writeFileSync(join(place, 'secret.json'), '{"secret":1}');
    symlinkSync(join(place, 'secret.json'), join(folder, 'link.json'));
    return { folder, remove: () => rmSync(place, { recursive: true }) };
}

test('the documents with their policy, the files with their types; HEAD answers the same without a body', async () => {
    const { folder, remove } = builtPage();
    try {
        await withApi(
            async ({ call }) => {
                for (const [path, title] of [
                    ['/', 'page'],
                    ['/screen', 'screen'],
                ] as const) {
                    const answer = await call({ path });
                    assert.equal(answer.status, 200);
                    assert.ok(answer.text.includes(`<title>${title}</title>`));
                    const { headers } = answer;
                    assert.equal(headers['content-security-policy'], documentPolicy);
                    assert.equal(headers['cross-origin-opener-policy'], 'same-origin');
                    assert.equal(headers['x-content-type-options'], 'nosniff');
                    assert.equal(headers['referrer-policy'], 'no-referrer');
                    assert.equal(headers['cache-control'], 'no-cache');
                    const again = await call({ path, headers: { 'if-none-match': String(headers.etag) } });
                    assert.deepEqual([again.status, again.text], [304, '']);
                    const head = await call({ method: 'HEAD', path });
                    assert.deepEqual([head.status, head.text, head.headers['content-length']], [200, '', String(answer.text.length)]);
                }
                const script = await call({ path: '/page/index-AB12CD34.js' });
                assert.equal(script.headers['content-type'], 'text/javascript; charset=utf-8');
                assert.match(String(script.headers['cache-control']), /immutable/);
                const sounds = await call({ path: '/page/sounds/index.json' });
                assert.deepEqual([sounds.json, sounds.headers['cache-control']], [{ languages: {} }, 'no-cache']);
            },
            { pageFolder: folder },
        );
    } finally {
        remove();
    }
});

test('nothing beside the list of files is read: no way up, no link, no folder, no other type', async () => {
    const { folder, remove } = builtPage();
    try {
        await withApi(
            async ({ call }) => {
                for (const name of [
                    '../secret.json',
                    '..%2fsecret.json',
                    '%2e%2e/secret.json',
                    'sounds/../../secret.json',
                    'sounds%2findex.json/..',
                    'link.json',
                    'sounds',
                    '',
                    'notes.txt',
                    'index.html',
                    'none.js',
                    '%00',
                    'a'.repeat(201),
                ]) {
                    const answer = await call({ path: `/page/${name}` });
                    assert.ok(answer.status === 404 || answer.status === 400, `${name}: ${answer.status}`);
                    assert.ok(!answer.text.includes('secret":1'), name);
                }
            },
            { pageFolder: folder },
        );
    } finally {
        remove();
    }
});

test('a page that was not built says how to build it', async () => {
    await withApi(
        async ({ call }) => {
            const page = await call({ path: '/' });
            assert.equal(page.status, 200);
            assert.match(page.text, /npm run build/);
            const screen = await call({ path: '/screen' });
            assert.deepEqual([screen.status, screen.json.code], [503, 'page-not-built']);
            assert.match(screen.json.detail, /npm run build/);
        },
        { pageFolder: join(tmpdir(), 'tillbox-nowhere') },
    );
});

test('a build beside a running kiosk: the new files are found, the old ones are gone', async () => {
    const { folder, remove } = builtPage();
    try {
        await withApi(
            async ({ call }) => {
                assert.equal((await call({ path: '/page/index-AB12CD34.js' })).status, 200);
                rmSync(join(folder, 'index-AB12CD34.js'));
                writeFileSync(join(folder, 'index-ZZ12CD34.js'), 'export const now = 1;');
                assert.equal((await call({ path: '/page/index-ZZ12CD34.js' })).status, 200);
                assert.equal((await call({ path: '/page/index-AB12CD34.js' })).status, 404);
            },
            { pageFolder: folder },
        );
    } finally {
        remove();
    }
});

test('a kiosk for real money has the small status page and no screen for browsers', async () => {
    const { folder, remove } = builtPage();
    try {
        await withApi(
            async ({ call }) => {
                const page = await call({ path: '/' });
                assert.match(page.text, /Ready to sell/);
                assert.ok(!page.text.includes('npm run build'));
                const screen = await call({ path: '/screen' });
                assert.deepEqual([screen.status, screen.json.code], [404, 'no-window']);
                for (const answer of [
                    await call({ path: '/v1/screen/live' }),
                    await call({
                        method: 'POST',
                        path: '/v1/screen/touch',
                        headers: { 'content-type': 'application/json' },
                        body: '{"key":"cancel"}',
                    }),
                ])
                    assert.deepEqual([answer.status, answer.json.code], [404, 'no-window']);
            },
            { pageFolder: folder, virtual: {}, page: undefined as never },
        );
    } finally {
        remove();
    }
});
