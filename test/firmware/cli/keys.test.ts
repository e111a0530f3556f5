/** `till keys` as a person runs it: files with their modes, what is printed, and a clear fault for what cannot be. */
import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { Command } from 'commander';
import forge from 'node-forge';
import { addKeysCommands } from '../../../firmware/cli/keys.ts';
import { publicKeyLine } from '../../../firmware/gateway/key-files.ts';
import { openStubGateway, type Reply, strangers, keys as stubKeys } from '../gateway/stub-gateway.ts';
import { kioskConfig } from './kiosk-config.ts';

const folder = mkdtempSync(join(tmpdir(), 'till-keys-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string) => join(folder, name);
const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }).toString();
const modeOf = (file: string) => (statSync(file).mode & 0o777).toString(8);

async function till(args: readonly string[], env: Record<string, string> = {}): Promise<{ out: string; code: number | undefined }> {
    let out = '';
    let code: number | undefined;
    const program = new Command('till').exitOverride();
    addKeysCommands(program, { env, out: (text) => (out += text), exit: (given) => (code = given) });
    await program.parseAsync(['node', 'till', 'keys', ...args]);
    return { out, code };
}

describe('generate', () => {
    test('writes a pair, the private half for its owner alone, and prints the line for the dashboard', async () => {
        const { out } = await till(['generate', '--out', at('new/merchant.pem')]);
        assert.equal(modeOf(at('new/merchant.pem')), '600');
        assert.equal(modeOf(at('new')), '700');
        const key = createPrivateKey(readFileSync(at('new/merchant.pem')));
        assert.equal(key.asymmetricKeyDetails?.modulusLength, 2048);
        assert.ok(out.includes(`\n${publicKeyLine(key)}\n`));
        assert.match(out, /fingerprint SHA256:[A-Za-z0-9+/]{43}\n/);
        assert.ok(!out.includes('PRIVATE'));
        assert.ok(createPublicKey(readFileSync(at('new/merchant.pub.pem'))).equals(createPublicKey(key)));
    });

    test('never over a file that is there, be it the public one', async () => {
        writeFileSync(at('kept.pub.pem'), 'kept');
        await assert.rejects(till(['generate', '--out', at('kept.pem')]), { name: 'Fault', code: 'FILE_EXISTS' });
        assert.ok(!existsSync(at('kept.pem')));
        assert.equal(readFileSync(at('kept.pub.pem'), 'utf8'), 'kept');
    });

    test('as JSON; another size is refused with exit code 64', async () => {
        const { out } = await till(['generate', '--out', at('json.pem'), '--json']);
        const told = JSON.parse(out) as Record<string, unknown>;
        assert.deepEqual([told.bits, told.privateKeyFile, told.publicKeyFile], [2048, at('json.pem'), at('json.pub.pem')]);
        assert.equal((await till(['generate', '--out', at('small.pem'), '--bits', '1024'])).code, 64);
        assert.ok(!existsSync(at('small.pem')));
    });

    test('into a place that cannot be written', async () => {
        writeFileSync(at('file'), '');
        await assert.rejects(till(['generate', '--out', at('file/merchant.pem')]), { kind: 'storage', code: 'FILE_NOT_WRITTEN' });
    });
});

describe('csr', () => {
    test('is a signed request for that key and name', async () => {
        writeFileSync(at('device.pem'), pem(pair.privateKey));
        const { out } = await till([
            'csr',
            '--key',
            at('device.pem'),
            '--common-name',
            'Kiosk ö 01',
            '--organization',
            'Corner Stand',
            '--country',
            'DE',
            '--host',
            'kiosk.example',
            '10.0.0.1',
        ]);
        const request = forge.pki.certificationRequestFromPem(out);
        assert.ok(request.verify());
        assert.equal(forge.util.decodeUtf8(request.subject.getField('CN').value as string), 'Kiosk ö 01');
        assert.equal(request.subject.getField('O').value, 'Corner Stand');
        assert.equal(request.subject.getField('C').value, 'DE');
        assert.ok(request.publicKey !== null);
        assert.ok(createPublicKey(forge.pki.publicKeyToPem(request.publicKey)).equals(pair.publicKey));
        const written = await till(['csr', '--key', at('device.pem'), '--common-name', 'kiosk', '--out', at('device.csr')]);
        assert.match(written.out, /device\.csr/);
        assert.match(readFileSync(at('device.csr'), 'utf8'), /^-----BEGIN CERTIFICATE REQUEST-----\n/);
    });

    test('a country of three letters is refused', async () => {
        assert.equal((await till(['csr', '--key', at('device.pem'), '--common-name', 'x', '--country', 'DEU'])).code, 64);
    });
});

describe('show', () => {
    test('the same line for either half', async () => {
        writeFileSync(at('show.pem'), pem(pair.privateKey));
        writeFileSync(at('show.pub'), publicKeyLine(pair.publicKey));
        const one = await till(['show', '--key', at('show.pem')]);
        const other = await till(['show', '--key', at('show.pub')]);
        assert.equal(one.out, other.out);
        assert.ok(one.out.includes(publicKeyLine(pair.publicKey)));
        assert.ok(!one.out.includes('PRIVATE'));
    });

    test('what is no key', async () => {
        writeFileSync(at('words'), 'paste here');
        await assert.rejects(till(['show', '--key', at('words')]), { code: 'KEY_FILE_INVALID' });
        await assert.rejects(till(['show', '--key', at('nowhere')]), { code: 'KEY_FILE_MISSING' });
    });
});

describe('import', () => {
    const passphrase = 'corréct horse';
    const forgeKey = forge.pki.privateKeyFromPem(pair.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString());
    const p12 = (keys: number) => {
        const made = forge.pkcs12.toPkcs12Asn1(forgeKey, null as never, passphrase, { algorithm: 'aes256' });
        if (keys === 1) return Buffer.from(forge.asn1.toDer(made).getBytes(), 'binary');
        const none = forge.pkcs12.toPkcs12Asn1(null, [certificate()], passphrase, {
            algorithm: 'aes256',
        });
        return Buffer.from(forge.asn1.toDer(none).getBytes(), 'binary');
    };

    function certificate(): forge.pki.Certificate {
        const made = forge.pki.createCertificate();
        made.publicKey = forge.pki.rsa.setPublicKey(forgeKey.n, forgeKey.e);
        made.serialNumber = '01';
        made.setSubject([{ name: 'commonName', value: 'x' }]);
        made.setIssuer([{ name: 'commonName', value: 'x' }]);
        made.sign(forgeKey, forge.md.sha256.create());
        return made;
    }

    const pkcs1 = { type: 'pkcs1', format: 'pem', cipher: 'aes-128-cbc', passphrase } as const;
    const pkcs8 = { type: 'pkcs8', cipher: 'aes-256-cbc', passphrase } as const;
    const sources: readonly [string, string | Uint8Array][] = [
        ['PKCS#12', p12(1)],
        ['encrypted PKCS#8', pair.privateKey.export({ ...pkcs8, format: 'pem' })],
        ['encrypted PKCS#8 in DER', pair.privateKey.export({ ...pkcs8, format: 'der' })],
        ['encrypted in the old way', pair.privateKey.export(pkcs1)],
        ['a plain PKCS#1 line', pair.privateKey.export({ type: 'pkcs1', format: 'der' }).toString('base64')],
    ];
    sources.forEach(([name, content], place) => {
        test(name, async () => {
            writeFileSync(at(`sealed-${place}`), content);
            writeFileSync(at('passphrase'), `${passphrase}\n`);
            const out = at(`opened-${place}.pem`);
            const told = await till(['import', '--from', at(`sealed-${place}`), '--out', out, '--passphrase-file', at('passphrase')]);
            assert.ok(createPrivateKey(readFileSync(out)).equals(pair.privateKey));
            assert.match(readFileSync(out, 'utf8'), /^-----BEGIN PRIVATE KEY-----\n/);
            assert.equal(modeOf(out), '600');
            assert.ok(!told.out.includes('PRIVATE') && !told.out.includes(passphrase));
        });
    });

    test('a PKCS#12 file of OpenSSL 3 with a passphrase beyond ASCII', async () => {
        const file = join(import.meta.dirname, '../../fixtures/keys/openssl-3.p12');
        const run = (passphrase: string) =>
            till(['import', '--from', file, '--out', at('openssl.pem'), '--passphrase-env', 'P'], { P: passphrase });
        await assert.rejects(run('hüm'), { code: 'PASSPHRASE_WRONG' });
        await run('höm');
        assert.equal(createPrivateKey(readFileSync(at('openssl.pem'))).asymmetricKeyDetails?.modulusLength, 2048);
    });

    test('the passphrase from the environment; a wrong one, and none', async () => {
        const run = (more: readonly string[], env = {}) => till(['import', '--from', at('sealed-0'), '--out', at('env.pem'), ...more], env);
        await assert.rejects(run([]), { code: 'PASSPHRASE_MISSING' });
        await assert.rejects(run(['--passphrase-file', at('nowhere')]), { code: 'PASSPHRASE_MISSING' });
        await assert.rejects(run(['--passphrase-env', 'TILL_PASS'], { TILL_PASS: 'wrong' }), { code: 'PASSPHRASE_WRONG' });
        assert.ok(!existsSync(at('env.pem')));
        await run(['--passphrase-env', 'TILL_PASS'], { TILL_PASS: passphrase });
        assert.ok(existsSync(at('env.pem')));
        await assert.rejects(run(['--passphrase-env', 'TILL_PASS'], { TILL_PASS: passphrase }), { code: 'FILE_EXISTS' });
        const wrong = till(['import', '--from', at('sealed-1'), '--out', at('env2.pem'), '--passphrase-env', 'TILL_PASS'], {
            TILL_PASS: 'wrong',
        });
        await assert.rejects(wrong, { code: 'PASSPHRASE_WRONG' });
    });

    test('a PKCS#12 file without a key, and one with a short one', async () => {
        writeFileSync(at('certificate.p12'), p12(0));
        const run = (file: string) =>
            till(['import', '--from', at(file), '--out', at('none.pem'), '--passphrase-env', 'P'], { P: passphrase });
        await assert.rejects(run('certificate.p12'), { code: 'KEY_IMPORT_COUNT' });
        const short = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
        writeFileSync(at('short.pem'), short.export({ ...pkcs8, format: 'pem' }));
        await assert.rejects(run('short.pem'), { code: 'KEY_TOO_SHORT' });
    });
});

describe('check', () => {
    const notExist = { result: { resultCode: 'ORDER_NOT_EXIST', resultStatus: 'F' } };

    async function check(
        change: { privateKey?: string; gatewayKey?: string; url?: string; mode?: number },
        args: readonly string[] = [],
    ): Promise<{ out: string; code: number | undefined }> {
        writeFileSync(at('check.pem'), change.privateKey ?? pem(stubKeys.ours.privateKey));
        chmodSync(at('check.pem'), change.mode ?? 0o600);
        writeFileSync(at('gateway.pub'), change.gatewayKey ?? publicKeyLine(stubKeys.theirs.publicKey));
        writeFileSync(
            at('kiosk.yaml'),
            kioskConfig({ url: change.url ?? 'http://127.0.0.1:1', privateKeyFile: 'check.pem', gatewayKeyFile: 'gateway.pub' }),
        );
        return till(['check', '--config', at('kiosk.yaml'), '--json', ...args]);
    }

    const findings = ({ out }: { out: string }) =>
        (JSON.parse(out) as { findings: { check: string; ok: boolean; code?: string }[] }).findings;
    const bad = (run: { out: string }) => findings(run).filter(({ ok }) => !ok);

    test('all is well', async () => {
        const run = await check({});
        assert.deepEqual(bad(run), []);
        assert.deepEqual(
            findings(run).map((finding) => finding.check),
            ['private key', 'private key mode', 'signing', 'gateway public key'],
        );
        assert.equal(run.code, 0);
    });

    const cases: readonly [string, Parameters<typeof check>[0], string | undefined][] = [
        ['no key', { privateKey: 'x' }, 'KEY_FILE_INVALID'],
        ['our own key as the gateway’s', { gatewayKey: publicKeyLine(stubKeys.ours.publicKey) }, 'GATEWAY_KEY_IS_OURS'],
        ['a key that others may read', { mode: 0o644 }, undefined],
    ];
    for (const [name, change, code] of cases) {
        test(name, async () => {
            const run = await check(change);
            assert.deepEqual(
                bad(run).map((finding) => finding.code),
                [code],
            );
            assert.equal(run.code, 78);
        });
    }

    test('in words', async () => {
        await check({});
        const { out } = await till(['check', '--config', at('kiosk.yaml')]);
        assert.match(out, /^ok {3}private key: .*check\.pem, RSA 2048\n/);
    });

    const online: readonly [string, Reply, string | undefined, number][] = [
        ['the gateway knows us', { body: notExist }, undefined, 0],
        [
            'it does not know our key',
            { body: { result: { resultCode: 'SIGNATURE_INVALID', resultStatus: 'F' } }, unsigned: true },
            'SIGNATURE_INVALID',
            78,
        ],
        ['its key is another', { body: notExist, key: strangers.privateKey }, 'GATEWAY_SIGNATURE_INVALID', 78],
        ['it is out of order', { body: '', status: 503 }, undefined, 74],
    ];
    for (const [name, reply, code, exit] of online) {
        test(`online: ${name}`, async () => {
            const stub = await openStubGateway(() => reply);
            try {
                const run = await check({ url: stub.options.url }, ['--online']);
                assert.equal(findings(run).at(-1)?.check, 'gateway');
                assert.equal(findings(run).at(-1)?.code, code);
                assert.equal(run.code, exit);
                assert.equal(stub.seen[0]?.path, '/ams/sandbox/api/v1/payments/inquiryPayment');
                assert.ok(stub.seen[0].signatureFits);
            } finally {
                await stub.close();
            }
        });
    }
});
