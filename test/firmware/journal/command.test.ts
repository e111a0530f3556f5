/** `till journal` on a journal in a temporary folder. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Command, CommanderError } from 'commander';
import { addJournalCommands } from '../../../firmware/cli/journal.ts';
import { nodeDisk } from '../../../firmware/journal/node-disk.ts';
import { followRecords } from '../../../firmware/journal/reader.ts';
import { entry, numbersOf, openOn } from './desk.ts';

let root = '';
before(async () => {
    root = await mkdtemp(join(tmpdir(), 'tillbox-command-'));
    const { journal } = await openOn(nodeDisk, { folder: join(root, 'journal') });
    for (let number = 1; number <= 12; number += 1)
        await journal.append([entry(number, { amount: { currency: 'EUR', value: '150' }, claim: `C${number % 5}` })]);
    await journal.settled();
    await journal.close();
});
after(() => rm(root, { recursive: true, force: true }));

async function till(...args: string[]): Promise<{ out: string; code: number }> {
    let out = '';
    let code = 0;
    const program = new Command('till').exitOverride().configureOutput({ writeErr: () => undefined });
    addJournalCommands(program, {
        env: {},
        out: (text) => {
            out += text;
        },
        exit: (asked) => {
            code = asked;
        },
    });
    for (const command of program.commands.flatMap((one) => [one, ...one.commands]))
        command.exitOverride().configureOutput({ writeErr: () => undefined });
    await program.parseAsync(['journal', ...args], { from: 'user' });
    return { out, code };
}

test('verify: 0 for a whole chain, 1 with the place for an altered one', async () => {
    const whole = await till('verify', '--dir', root);
    assert.equal(whole.code, 0);
    assert.match(whole.out, /12 records in 2 segments, last record 12.*\n[\s\S]*The whole chain holds\.\n$/);
    assert.match(whole.out, /cannot be seen from the folder alone/);
    const path = join(root, 'journal/segment-00000001.jsonl');
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace('"value":"150"', '"value":"950"'));
    const altered = await till('verify', '--dir', join(root, 'journal'), '--json');
    await writeFile(path, text);
    assert.equal(altered.code, 1);
    const { ok, findings } = JSON.parse(altered.out);
    assert.deepEqual([ok, findings.length, findings[0].kind, findings[0].seq], [false, 1, 'altered', 1]);
});

test('tail and show', async () => {
    const lines = (await till('tail', '--dir', root, '-n', '3', '--json')).out.trimEnd().split('\n');
    assert.deepEqual(numbersOf(lines.map((line) => JSON.parse(line))), [10, 11, 12]);
    const shown = await till('show', 'S2', '--dir', root);
    assert.deepEqual(shown.out.match(/number=\d+/g), ['number=2', 'number=7', 'number=12']);
    assert.match(shown.out, /paymentPaid {2}saleId=S2 number=2 amount=\{"currency":"EUR","value":"150"\}/);
    assert.match((await till('show', 'C2', '--dir', root)).out, /number=7/);
    const nobody = await till('show', 'nobody', '--dir', root);
    assert.equal(nobody.code, 1);
    assert.match(nobody.out, /There is no sale nobody/);
});

test('export in each format; 1 where records are missing', async () => {
    assert.equal((await till('export', '--dir', root, '--format', 'ndjson')).out.trimEnd().split('\n').length, 12);
    assert.equal(JSON.parse((await till('export', '--dir', root, '--format', 'json')).out).length, 12);
    assert.match((await till('export', '--dir', root, '--format', 'csv')).out, /\r\n12,.*,150,EUR,/);
    const path = join(root, 'journal/segment-00000001.jsonl');
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace('"number":3', '"number":4'));
    const broken = await till('export', '--dir', root, '--format', 'ndjson');
    await writeFile(path, text);
    assert.deepEqual([broken.out.trimEnd().split('\n').length, broken.code], [11, 1]);
});

test('wrong words: no folder, no place, no format', async () => {
    await assert.rejects(till('verify', '--dir', join(root, 'nowhere')), { code: 'JOURNAL_MISSING', kind: 'storage' });
    for (const args of [['verify'], ['export', '--dir', root], ['tail', '--dir', root, '-n', 'x']])
        await assert.rejects(till(...args), (error) => error instanceof CommanderError && error.exitCode !== 0);
});

test('following shows what a running till adds', async () => {
    const folder = join(root, 'live');
    const { journal } = await openOn(nodeDisk, { folder });
    await journal.append([entry(1)]);
    const pauses = [async () => void (await journal.append([entry(2), entry(3)])), async () => undefined];
    const pause = async () => {
        const next = pauses.shift();
        await next?.();
        return next !== undefined;
    };
    const seen: number[] = [];
    for await (const record of followRecords({ disk: nodeDisk, folder, fromSeq: 1, pause })) seen.push(record.number as number);
    assert.deepEqual(seen, [1, 2, 3]);
    await journal.close();
});
