/** The relay's small parts: catalogues, markup, tokens, rates, callers, addresses. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entryAddress } from '../../../firmware/relay/address.ts';
import { html } from '../../../firmware/relay/html.ts';
import { callerOf, RateLimit } from '../../../firmware/relay/limits.ts';
import en from '../../../firmware/relay/messages/en.json' with { type: 'json' };
import zhHans from '../../../firmware/relay/messages/zh-Hans.json' with { type: 'json' };
import { SubmitTokens } from '../../../firmware/relay/tokens.ts';
import { StillClock } from './browser.ts';

test('the catalogues have the same keys and parameters, and no empty sentence', () => {
    const params = (sentence: string) => [...sentence.matchAll(/\{(\w+)\}/g)].map((found) => found[1]).sort();
    assert.deepEqual(Object.keys(zhHans).sort(), Object.keys(en).sort());
    for (const [key, sentence] of Object.entries(en)) {
        const other = zhHans[key as keyof typeof zhHans];
        assert.ok(sentence.trim() !== '' && other.trim() !== '', key);
        assert.deepEqual(params(other), params(sentence), key);
        assert.notEqual(other, sentence, `${key} is not translated`);
    }
});

test('markup escapes what is put into it, once', () => {
    assert.equal(html`<a title="${`"'<>&`}">${3}</a>`.text, '<a title="&quot;&#39;&lt;&gt;&amp;">3</a>');
    assert.equal(html`${html`<b>${'<'}</b>`}${[html`<i></i>`, html`${'&'}`]}`.text, '<b>&lt;</b><i></i>&amp;');
});

test('submit tokens: fresh for half an hour, sealed, and shared by relays of one key', () => {
    const key = new Uint8Array(32).fill(1);
    const at = Date.parse('2026-11-01T10:00:00Z');
    const tokens = new SubmitTokens(key, 'kiosk-01');
    const token = tokens.issue(at);
    assert.match(token, /^[A-Za-z0-9_-]{52}$/);
    assert.notEqual(tokens.issue(at), token);
    assert.equal(tokens.isFresh(token, at + 30 * 60_000), true);
    assert.equal(tokens.isFresh(token, at + 30 * 60_000 + 1000), false);
    assert.equal(tokens.isFresh(token, at - 3 * 60_000), false);
    assert.equal(new SubmitTokens(key, 'kiosk-01').isFresh(token, at), true);
    assert.equal(new SubmitTokens(key, 'kiosk-02').isFresh(token, at), false);
    assert.equal(new SubmitTokens(undefined, 'kiosk-01').isFresh(token, at), false);
    for (let index = 0; index < token.length; index += 1) {
        const changed = `${token.slice(0, index)}${token[index] === 'a' ? 'b' : 'a'}${token.slice(index + 1)}`;
        assert.equal(tokens.isFresh(changed, at), false, `position ${index}`);
    }
});

test('a rate gives back by the monotonic clock, and remembers only so many names', () => {
    const clock = new StillClock();
    const rate = new RateLimit({ rate: { burst: 2, perSecond: 0.5 }, clock, namesMax: 3 });
    assert.deepEqual([rate.take('a'), rate.take('a'), rate.take('a')], [true, true, false]);
    clock.wall += 3_600_000;
    assert.equal(rate.take('a'), false);
    clock.mono += 2000;
    assert.deepEqual([rate.take('a'), rate.take('a')], [true, false]);
    clock.mono += 3_600_000;
    assert.deepEqual([rate.take('a'), rate.take('a'), rate.take('a')], [true, true, false]);
    for (let name = 0; name < 1000; name += 1) rate.take(`name-${name}`);
    assert.equal(rate.size, 3);
});

test('whom a request counts for', () => {
    assert.equal(callerOf('203.0.113.7', '198.51.100.1'), '203.0.113.7', 'an outsider’s header is not believed');
    assert.equal(callerOf('127.0.0.1', '9.9.9.9, 198.51.100.1'), '198.51.100.1');
    assert.equal(callerOf('::ffff:127.0.0.1', '198.51.100.1'), '198.51.100.1');
    assert.equal(callerOf('127.0.0.1', undefined), undefined);
    assert.equal(callerOf('127.0.0.1', '<script>'), undefined);
    assert.equal(callerOf(undefined, undefined), undefined);
    assert.equal(callerOf('2001:db8:1:2:3:4:5:6', undefined), callerOf('2001:0db8:0001:2::9', undefined));
    assert.notEqual(callerOf('2001:db8:1:3::1', undefined), callerOf('2001:db8:1:2::1', undefined));
});

test('the address of the page', () => {
    const plain = entryAddress({ publicUrl: 'https://pay.example.com/shop/', kiosk: 'kiosk 1' });
    assert.equal(plain.path, '/shop/e/kiosk%201');
    assert.equal(plain.page, 'https://pay.example.com/shop/e/kiosk%201');
    assert.equal(plain.done('sale_1'), 'https://pay.example.com/shop/e/kiosk%201/done?s=sale_1');
    assert.equal(plain.formPath, '/shop/e/kiosk%201');
    const keyed = entryAddress({ publicUrl: 'http://127.0.0.1:8081', kiosk: 'k', tokenKey: new Uint8Array(32) });
    assert.match(keyed.page, /^http:\/\/127\.0\.0\.1:8081\/e\/k\?t=[A-Za-z0-9_-]{22}$/);
    assert.equal(keyed.secure, false);
});
