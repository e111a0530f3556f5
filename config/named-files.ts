/** Named files: whether the key and token files that a configuration names are there for this user. */
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Problem } from './cross-checks.ts';
import type { ConfigBlocks } from './schema.ts';

/** Key and token files that are missing or may not be read. */
export async function fileProblems(config: ConfigBlocks, folder: string): Promise<Problem[]> {
    const { gateway, entry, api } = config;
    const named: { readonly path: readonly (string | number)[]; readonly file: string | undefined; readonly hint: string }[] = [
        { path: ['gateway', 'privateKeyFile'], file: gateway.privateKeyFile, hint: 'till keys generate makes one' },
        ...gateway.gatewayPublicKeyFiles.map((file, index) => ({
            path: ['gateway', 'gatewayPublicKeyFiles', index],
            file,
            hint: "copy the gateway's public key from the dashboard into it",
        })),
        { path: ['entry', 'tokenKeyFile'], file: entry.tokenKeyFile, hint: 'put at least 32 random characters into it' },
        { path: ['api', 'tokenFile'], file: api.tokenFile, hint: 'put at least 16 random characters into it' },
    ];
    const problems: Problem[] = [];
    for (const { path, file, hint } of named) {
        if (file === undefined) continue;
        const absolute = resolve(folder, file);
        const problem = await fileProblem(absolute);
        if (problem !== undefined) problems.push({ path, message: `${absolute} ${problem}; ${hint}.` });
    }
    return problems;
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
