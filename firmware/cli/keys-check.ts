/** `till keys check`: proves the configured keys one by one, so that a wrong one is known before the first sale. */
import { createPublicKey, type KeyObject, randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { openGateway } from '../gateway/client.ts';
import { readPrivateKeyFile, readPublicKeyFile, refuseOwnKey } from '../gateway/key-files.ts';
import type { GatewaySettings } from '../gateway/settings.ts';
import { parseSignatureHeader, rsaSigner, rsaVerifier, signatureHeader } from '../gateway/signing.ts';
import { faultOf } from '../ports/fault.ts';
import type { ProbeAnswer } from '../ports/gateway.ts';
import { type CommandIo, exitCodes } from './command-io.ts';
import { withGateway } from './gateway-access.ts';

interface Finding {
    readonly check: string;
    readonly ok: boolean;
    /** A Fault's or the gateway's code, where there is one. */
    readonly code?: string;
    readonly detail: string;
    readonly exit: number;
}

/** Loads the configuration, checks and prints. Exit code: the first that is not 0. */
export async function checkKeys(options: { config: string; online?: boolean; json?: boolean }, io: CommandIo): Promise<void> {
    const { loadConfig } = await import('../../config/load.ts');
    const config = await loadConfig({ file: options.config, env: io.env, checkFiles: false });
    const findings = await offlineFindings(config.gateway);
    if (options.online === true && findings.every(({ ok }) => ok)) findings.push(await onlineFinding(config));
    if (options.json === true)
        io.out(`${JSON.stringify({ ok: findings.every(({ ok }) => ok), findings: findings.map(({ exit: _, ...told }) => told) })}\n`);
    else io.out(findings.map(({ ok, check, detail }) => `${ok ? 'ok  ' : 'BAD '} ${check}: ${detail}\n`).join(''));
    io.exit(findings.find(({ ok }) => !ok)?.exit ?? exitCodes.ok);
}

async function offlineFindings(gateway: GatewaySettings['gateway']): Promise<Finding[]> {
    const findings: Finding[] = [];
    const key = found('private key', findings, () => readPrivateKeyFile(gateway.privateKeyFile), gateway.privateKeyFile);
    if (key !== undefined) {
        findings.push(modeFinding(gateway.privateKeyFile), await signFinding(key, String(gateway.keyVersion)));
    }
    for (const file of gateway.gatewayPublicKeyFiles) {
        const read = () => {
            const gatewayKey = readPublicKeyFile(file);
            if (key !== undefined) refuseOwnKey({ key, gatewayKey, file });
            return gatewayKey;
        };
        found('gateway public key', findings, read, file);
    }
    return findings;
}

function found(check: string, findings: Finding[], read: () => KeyObject, file: string): KeyObject | undefined {
    try {
        const key = read();
        findings.push({ check, ok: true, detail: `${file}, RSA ${key.asymmetricKeyDetails?.modulusLength ?? 0}`, exit: exitCodes.ok });
        return key;
    } catch (error) {
        const fault = faultOf(error);
        if (fault === undefined) throw error;
        findings.push({ check, ok: false, code: fault.code, detail: fault.message, exit: exitCodes.config });
        return undefined;
    }
}

function modeFinding(file: string): Finding {
    const mode = statSync(file).mode & 0o777;
    const ok = (mode & 0o077) === 0;
    const octal = mode.toString(8).padStart(4, '0');
    return ok
        ? { check: 'private key mode', ok, detail: octal, exit: exitCodes.ok }
        : { check: 'private key mode', ok, detail: `${octal}: other users may read it; run chmod 0600 ${file}`, exit: exitCodes.config };
}

async function signFinding(key: KeyObject, keyVersion: string): Promise<Finding> {
    const content = randomBytes(64);
    const header = signatureHeader({ keyVersion, base64: await rsaSigner({ key, keyVersion }).sign(content) });
    const signature = parseSignatureHeader(header);
    const ok = signature !== undefined && rsaVerifier([{ key: createPublicKey(key) }]).verify(content, signature);
    return {
        check: 'signing',
        ok,
        detail: ok ? `signs and verifies, keyVersion ${keyVersion}` : 'its signature does not verify; make a new key',
        exit: exitCodes.config,
    };
}

async function onlineFinding(config: GatewaySettings): Promise<Finding> {
    const paymentRequestId = `probe_${randomBytes(16).toString('hex')}`;
    const answer = await withGateway(config, (options) => openGateway(options).probe({ paymentRequestId }).send());
    return { check: 'gateway', ...probeFinding(answer, config.gateway.url) };
}

function probeFinding(answer: ProbeAnswer, url: string): Omit<Finding, 'check'> {
    if (answer.kind === 'ok')
        return { ok: true, detail: `${url} knows this client id and key, and its own signature fits`, exit: exitCodes.ok };
    if (answer.kind !== 'refused')
        return {
            ok: false,
            detail: `${url} gave no answer to build on (${answer.reason}); check the network and the address`,
            exit: exitCodes.io,
        };
    const advice =
        refusalAdvice[answer.resultCode] ?? "check client id, key version and the uploaded public key against the gateway's dashboard";
    return { ok: false, code: answer.resultCode, detail: `${answer.resultCode}: ${advice}`, exit: exitCodes.config };
}

const refusalAdvice: Readonly<Record<string, string>> = {
    GATEWAY_SIGNATURE_INVALID:
        "the gateway's answer fits none of gateway.gatewayPublicKeyFiles; copy its current public key from the dashboard, of the same environment (sandbox or live)",
    SIGNATURE_INVALID: 'the gateway does not know our key; upload the line that "till keys show" prints, or correct gateway.keyVersion',
    KEY_NOT_FOUND: 'no key of this version is uploaded; upload the line that "till keys show" prints, or correct gateway.keyVersion',
    INVALID_CLIENT: "gateway.clientId is not the one of the dashboard's environment",
    CLIENT_INVALID: "gateway.clientId is not the one of the dashboard's environment",
    ACCESS_DENIED: 'this client id may not call the in-store API; ask the gateway for the product',
    NO_INTERFACE_DEF: 'the address in gateway.url is not that of the API',
};
