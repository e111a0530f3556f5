/** What the page weighs, and the echo that its clicks are measured against. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openEcho } from '../../../scripts/bench/echo.ts';
import { pageWeight } from '../../../scripts/bench/page.ts';

test('the weight is that of all parts but fonts and sounds, and a page that is too heavy misses its target', () => {
    const folder = mkdtempSync(join(tmpdir(), 'till-weight-'));
    try {
        writeFileSync(join(folder, 'index.html'), '<script src="/page/index-A.js"></script>'.padEnd(1_000));
        writeFileSync(join(folder, 'index-A.js'), 'x'.repeat(200_000));
        writeFileSync(join(folder, 'part-B.js'), 'x'.repeat(50_000));
        writeFileSync(join(folder, 'sans.woff2'), 'x'.repeat(500_000));
        const light = pageWeight(folder);
        assert.equal(light.measured.median, 251);
        assert.match(light.note ?? '', /^201\.0 kB of it at once/);
        assert.equal(light.targets[0]?.met, true);
        writeFileSync(join(folder, 'part-C.css'), 'x'.repeat(50_000));
        assert.equal(pageWeight(folder).targets[0]?.met, false);
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
});

test('an echo sends each POST back as one event', async () => {
    const echo = await openEcho();
    const over = new AbortController();
    try {
        const live = await fetch(echo.url, { signal: over.signal });
        assert.equal(live.headers.get('access-control-allow-origin'), '*');
        const reader = live.body!.getReader();
        await reader.read();
        for (let round = 0; round < 2; round += 1) {
            assert.equal((await fetch(echo.url, { method: 'POST' })).status, 200);
            const { value } = await reader.read();
            assert.equal(new TextDecoder().decode(value), 'data: {}\n\n');
        }
    } finally {
        over.abort();
        await echo.close();
    }
});
