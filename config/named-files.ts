/** Named files: whether the key, token and picture files that a configuration names are there for this user. */
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Problem } from './cross-checks.ts';

/**
 * Key and token files that are missing or may not be read.
 *
 * @param data what the file and the environment say, checked or not: a missing key is told together with everything else that is wrong.
 */
export async function fileProblems(data: unknown, folder: string): Promise<Problem[]> {
    const marks = at(data, ['marks']);
    const keys = at(data, ['gateway', 'gatewayPublicKeyFiles']);
    const named: { readonly path: readonly (string | number)[]; readonly hint: string }[] = [
        { path: ['gateway', 'privateKeyFile'], hint: 'till keys generate makes one' },
        ...(Array.isArray(keys) ? keys : []).map((_key, index) => ({
            path: ['gateway', 'gatewayPublicKeyFiles', index],
            hint: "copy the gateway's public key from the dashboard into it",
        })),
        ...(Array.isArray(marks) ? marks : []).map((_mark, index) => ({
            path: ['marks', index, 'file'],
            hint: 'put the artwork there that your acquirer supplies',
        })),
        { path: ['entry', 'tokenKeyFile'], hint: 'put at least 32 random characters into it' },
        { path: ['api', 'tokenFile'], hint: 'put at least 16 random characters into it' },
    ];
    const problems: Problem[] = [];
    for (const { path, hint } of named) {
        const file = at(data, path);
        // Another kind of value is the schema's to refuse.
        if (typeof file !== 'string' || file === '') continue;
        const absolute = resolve(folder, file);
        const problem = await fileProblem(absolute);
        if (problem !== undefined) problems.push({ path, message: `${absolute} ${problem}; ${hint}.` });
    }
    return problems;
}

function at(data: unknown, path: readonly (string | number)[]): unknown {
    let value = data;
    for (const step of path) {
        if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
        value = (value as Record<string | number, unknown>)[step];
    }
    return value;
}

async function fileProblem(file: string): Promise<string | undefined> {
    try {
        if (!(await stat(file)).isFile()) return 'is not a file';
        await access(file, constants.R_OK);
        return undefined;
    } catch (error) {
        return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'is not there' : 'may not be read by this user';
    }
}
