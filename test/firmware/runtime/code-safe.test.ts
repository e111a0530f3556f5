/** Code safe: a payment code lives from its scan until no step needs it, and nothing else of it leaves. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { CodeSafe } from '../../../firmware/runtime/code-safe.ts';

const key = new Uint8Array(32).fill(7);
const code = '281010897274821897274821';

test('the hash is HMAC-SHA-256 under the device key: equal codes are equal, another key tells nothing', () => {
    const safe = new CodeSafe(key);
    const { hash } = safe.keep(code);
    assert.equal(hash, createHmac('sha256', key).update(code).digest('hex'));
    assert.equal(safe.keep(code).hash, hash);
    assert.notEqual(new CodeSafe(new Uint8Array(32).fill(8)).keep(code).hash, hash);
});

test('an undecided scan is kept, a decided one only while a step names it', () => {
    const safe = new CodeSafe(key);
    const { handle } = safe.keep(code);
    safe.retain(new Set());
    assert.equal(safe.read(handle), code);
    safe.decided(handle);
    safe.retain(new Set([handle]));
    assert.equal(safe.read(handle), code);
    safe.retain(new Set(['another']));
    assert.equal(safe.read(handle), undefined);
    assert.equal(safe.size, 0);
});

test('handles are never reused, and say nothing about the code', () => {
    const safe = new CodeSafe(key);
    const handles = [safe.keep(code).handle, safe.keep(code).handle];
    assert.equal(new Set(handles).size, 2);
    for (const handle of handles) assert.ok(!code.includes(handle) && !handle.includes(code.slice(0, 4)));
});

test('printing the safe prints no code', () => {
    const safe = new CodeSafe(key);
    safe.keep(code);
    assert.ok(!inspect(safe, { depth: 9, showHidden: true }).includes(code));
    assert.ok(!JSON.stringify(safe).includes(code));
});
