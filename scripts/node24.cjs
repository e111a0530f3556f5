'use strict';
/**
 * Finds the Node that Tillbox runs on. Any Node from 18 up can run this file; the product itself runs on Node 24.
 *
 * Where the running Node is another major version, the pinned one comes from npm (scripts/node24/package-lock.json holds its
 * integrity) into .cache/node24. Nothing is installed outside the checkout.
 */
const { spawnSync } = require('node:child_process');
const { copyFileSync, existsSync, mkdirSync } = require('node:fs');
const { join, resolve } = require('node:path');

const root = resolve(__dirname, '..');
const pinned = require('./node24/package.json').optionalDependencies;

/** The path of a Node 24 executable; fetches it when `fetch` is true. `undefined` when there is none to be had. */
function node24({ fetch = true } = {}) {
    if (process.versions.node.split('.')[0] === '24') return process.execPath;
    const name = `node-${process.platform}-${process.arch}`;
    const version = pinned[name];
    if (version === undefined) {
        process.stderr.write(
            `Tillbox runs on Node 24 and brings it along for linux-x64 and linux-arm64; for ${process.platform}-${process.arch} please install Node 24 yourself.\n`,
        );
        return undefined;
    }
    const folder = join(root, '.cache', 'node24');
    const binary = join(folder, 'node_modules', name, 'bin', 'node');
    if (isVersion(binary, version)) return binary;
    if (!fetch) return undefined;
    process.stderr.write(`Fetching Node ${version} from npm (this machine has ${process.version}) …\n`);
    mkdirSync(folder, { recursive: true });
    for (const file of ['package.json', 'package-lock.json']) copyFileSync(join(__dirname, 'node24', file), join(folder, file));
    const { command, args } = npm();
    const done = spawnSync(command, [...args, 'ci', '--ignore-scripts', '--no-fund', '--no-audit', '--loglevel=error'], {
        cwd: folder,
        stdio: ['ignore', 'ignore', 'inherit'],
    });
    if (done.status === 0 && isVersion(binary, version)) return binary;
    process.stderr.write(
        `Node ${version} could not be fetched from npm. Check the network and try again, or install Node 24 yourself and put it first in PATH.\n`,
    );
    return undefined;
}

function isVersion(binary, version) {
    if (!existsSync(binary)) return false;
    const asked = spawnSync(binary, ['--version'], { encoding: 'utf8' });
    return asked.status === 0 && asked.stdout.trim() === `v${version}`;
}

/** How to call npm: the npm that started us, else the one in PATH. */
function npm() {
    const script = process.env.npm_execpath;
    if (script && /npm-cli\.js$/.test(script) && existsSync(script)) return { command: process.execPath, args: [script] };
    return { command: 'npm', args: [] };
}

module.exports = { node24, npm, root };
