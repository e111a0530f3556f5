/**
 * Lock: makes package-lock.json anew from package.json and completes it.
 *
 * A registry mirror may lack a package that only another system needs (a native part for Windows, say). npm then leaves it out of the lock
 * file without a word, and `npm ci` refuses the lock file. Such packages are entered by name, version and system, so that every
 * system that does not need them passes over them.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

interface Entry {
    version?: string;
    dev?: boolean;
    optional?: boolean;
    os?: string[];
    cpu?: string[];
    optionalDependencies?: Record<string, string>;
}
interface LockFile {
    packages: Record<string, Entry>;
}

const systems = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const processors = ['arm64', 'arm', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64', 'wasm32'];

const root = resolve(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'tillbox-lock-'));
try {
    for (const file of ['package.json', '.npmrc']) copyFileSync(join(root, file), join(folder, file));
    const made = spawnSync('npm', ['install', '--package-lock-only', '--ignore-scripts', '--loglevel=error'], {
        cwd: folder,
        stdio: 'inherit',
    });
    if (made.status !== 0) process.exit(1);
    const lock = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')) as LockFile;
    const added = complete(lock);
    writeFileSync(join(root, 'package-lock.json'), `${JSON.stringify(lock, null, 4)}\n`);
    process.stdout.write(`package-lock.json: ${Object.keys(lock.packages).length} entries, ${added.length} of them completed by name.\n`);
} finally {
    rmSync(folder, { recursive: true });
}

/** Adds what npm left out. @returns the names */
function complete(lock: LockFile): string[] {
    const added: string[] = [];
    for (const owner of Object.values(lock.packages)) {
        for (const [name, version] of Object.entries(owner.optionalDependencies ?? {})) {
            const place = `node_modules/${name}`;
            if (lock.packages[place] !== undefined || !/^\d/.test(version)) continue;
            const words = name.split(/[/-]/);
            const os = systems.find((system) => words.includes(system));
            const cpu = processors.find((processor) => words.includes(processor));
            if (os === undefined || cpu === undefined) {
                throw new Error(`${name}@${version} is not in the registry, and its name does not tell which system it is for`);
            }
            lock.packages[place] = { version, ...(owner.dev === true ? { dev: true } : {}), optional: true, os: [os], cpu: [cpu] };
            added.push(name);
        }
    }
    lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([one], [other]) => (one < other ? -1 : 1)));
    return added;
}
