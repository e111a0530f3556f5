/** `till merchant`: one registration however often it is sent, and what a person reads about it. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { Command } from 'commander';
import { addMerchantCommands } from '../../../firmware/cli/merchant.ts';
import { publicKeyLine } from '../../../firmware/gateway/key-files.ts';
import { keys, openStubGateway, type Script, type StubGateway } from '../gateway/stub-gateway.ts';
import { kioskConfig } from './kiosk-config.ts';

let folder = '';
let stub: StubGateway;
let script: Script;
const success = { resultCode: 'SUCCESS', resultStatus: 'S' };

beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'till-merchant-'));
    script = () => ({ body: { result: success } });
    stub = await openStubGateway((request, response) => script(request, response));
    writeFileSync(join(folder, 'ours.pem'), keys.ours.privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    writeFileSync(join(folder, 'theirs.pub'), publicKeyLine(keys.theirs.publicKey));
    writeFileSync(
        join(folder, 'kiosk.yaml'),
        kioskConfig({ url: stub.options.url, privateKeyFile: 'ours.pem', gatewayKeyFile: 'theirs.pub' }),
    );
});
afterEach(async () => {
    await stub.close();
    rmSync(folder, { recursive: true, force: true });
});

async function merchant(command: string, ...args: string[]): Promise<{ out: string; code: number | undefined }> {
    let out = '';
    let code: number | undefined;
    const program = new Command('till').exitOverride();
    addMerchantCommands(program, { env: {}, out: (text) => (out += text), exit: (given) => (code = given) });
    await program.parseAsync(['node', 'till', 'merchant', command, '--config', join(folder, 'kiosk.yaml'), ...args]);
    return { out, code };
}

const details = (text: string) => {
    writeFileSync(join(folder, 'details.yaml'), text);
    return ['--details', join(folder, 'details.yaml')];
};

describe('register', () => {
    test('sends what is configured and what the details add, under an id that is on disk first', async () => {
        let remembered = '';
        script = (request) => {
            remembered = readFileSync(join(folder, 'data', 'merchant-registration.json'), 'utf8');
            assert.ok(remembered.includes(String(request.body.registrationRequestId)));
            return { body: { result: success } };
        };
        const { out, code } = await merchant('register', ...details('merchantInfo: { merchantAddress: { region: DE } }\n'));
        assert.match(out, /^Accepted: registration reg_[0-9a-f]{32}\./);
        assert.equal(code, 0);
        assert.equal(statSync(join(folder, 'data', 'merchant-registration.json')).mode & 0o777, 0o600);
        const merchantInfo = stub.seen[0]?.body.merchantInfo as Record<string, unknown>;
        assert.deepEqual([merchantInfo.referenceMerchantId, merchantInfo.merchantAddress], ['M001', { region: 'DE' }]);
    });

    test('the same details go under the same id again, others under a new one', async () => {
        script = () => ({ body: '', status: 503 });
        const lost = await merchant('register', '--json');
        assert.equal(lost.code, 74);
        script = () => ({ body: { result: success } });
        const again = await merchant('register', '--json');
        await merchant('register', ...details('storeInfo: { storePhoneNo: "1" }\n'));
        const ids = stub.seen.map((request) => request.body.registrationRequestId);
        assert.equal(ids[0], ids[1]);
        assert.notEqual(ids[1], ids[2]);
        assert.equal((JSON.parse(again.out) as { registrationRequestId: string }).registrationRequestId, ids[0]);
    });

    test('a refusal is told with the gateway’s words', async () => {
        script = () => ({ body: { result: { resultCode: 'PARAM_ILLEGAL', resultStatus: 'F', resultMessage: 'storeInfo is missing' } } });
        const { out, code } = await merchant('register');
        assert.match(out, /^Refused with PARAM_ILLEGAL \("storeInfo is missing"\)/);
        assert.equal(code, 1);
    });

    test('details that are none', async () => {
        for (const text of ['- a\n', 'shopInfo: {}\n', 'merchantInfo: Berlin\n', 'merchantInfo: {\n', 'passThroughInfo: 5\n']) {
            await assert.rejects(merchant('register', ...details(text)), { code: 'REGISTRATION_DETAILS_INVALID', kind: 'config' }, text);
        }
        await assert.rejects(merchant('register', '--details', join(folder, 'nowhere.yaml')), { code: 'REGISTRATION_DETAILS_INVALID' });
        assert.equal(stub.seen.length, 0);
    });
});

describe('status', () => {
    test('before any registration', async () => {
        await assert.rejects(merchant('status'), { code: 'REGISTRATION_UNKNOWN' });
    });

    test('of the last one, by wallet, and what is on record', async () => {
        await merchant('register');
        script = (request) =>
            request.path.endsWith('Info')
                ? { body: { result: { resultCode: 'RECORD_NOT_FOUND', resultStatus: 'F' } } }
                : {
                      body: {
                          result: success,
                          registrationResult: { registrationStatus: 'PENDING' },
                          pspRegistrationResultList: [
                              { pspName: 'TRUEMONEY', registrationResult: { registrationStatus: 'REJECTED', rejectReasons: 'logo' } },
                          ],
                      },
                  };
        const { out, code } = await merchant('status');
        assert.match(
            out,
            /^Registration reg_[0-9a-f]{32}: PENDING\n {2}TRUEMONEY: REJECTED \(logo\)\nOn record at the gateway: nothing \(RECORD_NOT_FOUND\)\n$/,
        );
        assert.equal(code, 0);
        assert.equal(stub.seen[1]?.body.registrationRequestId, stub.seen[0]?.body.registrationRequestId);
        const json = JSON.parse((await merchant('status', '--json', '--request-id', 'reg_x')).out) as { registrationRequestId: string };
        assert.equal(json.registrationRequestId, 'reg_x');
    });

    test('refused, and no answer', async () => {
        script = () => ({ body: { result: { resultCode: 'INVALID_CLIENT', resultStatus: 'F' } } });
        assert.equal((await merchant('status', '--request-id', 'reg_x')).code, 1);
        script = () => ({ body: '', status: 500 });
        assert.equal((await merchant('status', '--request-id', 'reg_x')).code, 74);
    });
});
