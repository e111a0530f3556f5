import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { type BuiltPage, buildPage, pageBytesMax } from '../../../scripts/house/page-bundle.ts';

const root = resolve(import.meta.dirname, '../../..');
let into: string;
let built: BuiltPage;

before(async () => {
    into = mkdtempSync(join(tmpdir(), 'tillbox-page-'));
    built = await buildPage({ root, into });
});
after(() => rmSync(into, { recursive: true, force: true }));

const text = (name: string) => readFileSync(join(into, name), 'utf8');

test('it weighs less than it may, and what it weighs is the sum of its files', () => {
    assert.equal(
        built.bytes,
        built.files.reduce((sum, file) => sum + file.bytes, 0),
    );
    assert.ok(built.bytes > 20_000 && built.bytes < pageBytesMax, `${built.bytes}`);
});

test('every file but the documents carries a hash in its name', () => {
    for (const { name } of built.files) assert.match(name, /^(index|screen)\.html$|-[A-Z0-9]{8}\.(js|css)$/);
});

test('the documents name files that are there, and nothing of them runs inline or comes from elsewhere', () => {
    const names = new Set(built.files.map((file) => `/page/${file.name}`));
    for (const document of ['index.html', 'screen.html']) {
        const html = text(document);
        const linked = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1]!).filter((address) => address !== 'data:,');
        assert.ok(linked.length >= 2, document);
        for (const address of linked) assert.ok(names.has(address), `${document} names ${address}`);
        assert.doesNotMatch(html, /<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=/, document);
    }
});

test('no file asks for anything from another machine', () => {
    for (const { name } of built.files) {
        const addresses = [...text(name).matchAll(/https?:\/\/[a-z0-9.-]+/gi)].map((match) => match[0]);
        assert.deepEqual(
            addresses.filter((address) => !/^https?:\/\/(www\.w3\.org|127\.0\.0\.1|localhost)/.test(address)),
            [],
            name,
        );
    }
});
