/** Runs a command line in this process and keeps what it says. */
import { main } from '../../../firmware/cli/main.ts';

export interface Said {
    readonly code: number;
    readonly out: string;
    readonly err: string;
}

export async function till(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Said> {
    let out = '';
    let err = '';
    const outlets = {
        out: (text: string) => {
            out += text;
        },
        err: (text: string) => {
            err += text;
        },
    };
    const code = await main(args, env, outlets);
    return { code, out, err };
}
