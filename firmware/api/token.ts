/**
 * Token: reads the bearer token of the API from its file.
 *
 * Fails: API_TOKEN_INVALID (kind `config`).
 */
import { readFile } from 'node:fs/promises';
import { Fault } from '../ports/fault.ts';

/**
 * The token in a file: 16 to 512 printable characters without spaces on its first line.
 *
 * @throws Fault API_TOKEN_INVALID; it never repeats the token.
 */
export async function readToken(file: string): Promise<string> {
    let text: string;
    try {
        text = await readFile(file, 'utf8');
    } catch (cause) {
        throw invalid({ file, why: `cannot be read (${(cause as NodeJS.ErrnoException).code ?? 'unknown'})`, cause });
    }
    const token = text.trim();
    if (!/^[!-~]{16,512}$/.test(token)) throw invalid({ file, why: 'must hold one line of 16 to 512 printable characters without spaces' });
    return token;
}

function invalid(options: { file: string; why: string; cause?: unknown }): Fault {
    return new Fault({
        code: 'API_TOKEN_INVALID',
        kind: 'config',
        message: `The token file ${options.file} ${options.why}. Make one with: head -c 24 /dev/urandom | base64 > ${options.file}`,
        facts: { file: options.file },
        cause: options.cause,
    });
}
