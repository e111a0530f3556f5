/**
 * Machine: the programs and fonts outside of npm that checks and tests use, and how they come onto a Debian machine.
 */
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runProgram } from './programs.ts';

interface Needed {
    /** Looked for in the PATH, or where it begins with a slash, as a file or folder. */
    readonly program: string;
    /** The Debian package that brings it. */
    readonly package: string;
    readonly why: string;
}

const needed: readonly Needed[] = [
    { program: 'socat', package: 'socat', why: 'the tests of the serial scanner read from a pseudo-terminal' },
    { program: 'openssl', package: 'openssl', why: 'the tests compare signatures and keys with those of another implementation' },
    { program: 'chromium', package: 'chromium', why: 'the page is tried in a real browser' },
    { program: 'zbarimg', package: 'zbar-tools', why: 'a second reader checks the QR codes' },
    {
        program: '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc',
        package: 'fonts-noto-cjk',
        why: 'pages are shown in Chinese, Japanese and Korean',
    },
    {
        program: '/usr/share/fonts/truetype/noto/NotoSansThai-Regular.ttf',
        package: 'fonts-noto-core',
        why: 'pages are shown in Thai and in Latin letters',
    },
];

function inPath(program: string): boolean {
    if (program.startsWith('/')) return existsSync(program);
    return (process.env.PATH ?? '').split(delimiter).some((folder) => {
        try {
            accessSync(join(folder, program), constants.X_OK);
            return folder !== '';
        } catch {
            return false;
        }
    });
}

const missing = () => needed.filter((one) => !inPath(one.program));

/** Installs what is missing where this user may, else says in plain words what to type. Resolves to whether everything is there now. */
export async function bringMissing(): Promise<boolean> {
    const absent = missing();
    if (absent.length === 0) return true;
    const packages = absent.map((one) => one.package);
    const mayInstall = process.getuid?.() === 0 && inPath('apt-get');
    if (mayInstall) {
        process.stdout.write(`Installing from Debian: ${packages.join(' ')} …\n`);
        const env = { DEBIAN_FRONTEND: 'noninteractive' };
        const update = await runProgram({ command: 'apt-get', args: ['update', '-q'], env, quiet: true });
        const install = await runProgram({
            command: 'apt-get',
            args: ['install', '-y', '-q', '--no-install-recommends', ...packages],
            env,
            quiet: true,
        });
        if (missing().length === 0) return true;
        process.stderr.write(update.code === 0 ? install.output : update.output);
    }
    for (const one of missing()) process.stderr.write(`Missing: ${one.program} (${one.why}).\n`);
    process.stderr.write(
        inPath('apt-get')
            ? `Please type:  ${process.getuid?.() === 0 ? '' : 'sudo '}apt-get update && ${process.getuid?.() === 0 ? '' : 'sudo '}apt-get install -y ${packages.join(' ')}\n`
            : `Please install ${packages.join(' and ')} with this system's package manager, then run the same command again.\n`,
    );
    return false;
}
