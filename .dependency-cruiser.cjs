'use strict';
/** Import rules for dependency-cruiser, made from the table of rooms (scripts/house/rooms.cjs). */
const { readdirSync } = require('node:fs');
const { join } = require('node:path');
const { paintPackages, rooms } = require('./scripts/house/rooms.cjs');

const quote = (name) => name.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
const packagePath = (name) => `^node_modules/${quote(name)}(/|$)`;
const own = '^(firmware|drivers|config|scripts|test)/|^[^/]+\\.(json|ts|cjs|mjs)$';
const product = [
    'main',
    'cli',
    'runtime',
    'journal',
    'gateway',
    'relay',
    'api',
    'drivers/lib',
    'driver',
    'config',
    'registry',
    'driver config',
    'ports',
    'sale',
    'screens',
    'paint',
];

const forbidden = [
    { name: 'no-circle', severity: 'error', comment: 'Files that need each other are one file.', from: {}, to: { circular: true } },
    { name: 'resolvable', severity: 'error', comment: 'An import that leads nowhere.', from: {}, to: { couldNotResolve: true } },
    { name: 'nothing-imports-tests', severity: 'error', from: { pathNot: '^test/' }, to: { path: '^test/' } },
    {
        name: 'no-development-packages-in-the-product',
        severity: 'error',
        comment: 'A package of devDependencies is not on a kiosk.',
        // What the page imports is bundled into it.
        from: { path: '^(firmware|drivers|config|scripts/sandbox)/', pathNot: '^firmware/page/' },
        to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
];

rooms.forEach((room, index) => {
    if (room.name === 'test') return;
    // A file belongs to the first room that matches it.
    const from = { path: room.files, pathNot: rooms.slice(0, index).map((other) => other.files) };
    const doors = [...room.doors, ...(room.lazy ?? [])];
    forbidden.push({ name: `doors-of-${room.name}`, severity: 'error', from, to: { path: own, pathNot: doors } });
    if (room.lazy !== undefined) {
        forbidden.push({
            name: `lazy-doors-of-${room.name}`,
            severity: 'error',
            comment: 'Only import() may open this door.',
            from,
            to: { path: room.lazy, pathNot: room.doors, dependencyTypesNot: ['dynamic-import'] },
        });
    }
    if (room.packages !== undefined) {
        forbidden.push({
            name: `packages-of-${room.name}`,
            severity: 'error',
            from,
            to: { path: '^node_modules/', pathNot: ['^node_modules/@types/', ...room.packages.map(packagePath)] },
        });
    } else if (product.includes(room.name)) {
        forbidden.push({ name: `paint-packages-in-${room.name}`, severity: 'error', from, to: { path: paintPackages.map(packagePath) } });
    }
    if (room.node === false)
        forbidden.push({ name: `no-node-in-${room.name}`, severity: 'error', from, to: { dependencyTypes: ['core'] } });
});

// A device is `x.config.ts` with `x.ts` and `x-….ts`: no other driver may look inside.
const folder = join(__dirname, 'drivers');
for (const kind of readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())) {
    for (const file of readdirSync(join(folder, kind.name))) {
        const device = /^(.+)\.config\.ts$/.exec(file)?.[1];
        if (device === undefined) continue;
        const files = `^drivers/${kind.name}/${quote(device)}[-.]`;
        forbidden.push({
            name: `inside-of-${kind.name}-${device}`,
            severity: 'error',
            from: { path: '^drivers/', pathNot: [files, '^drivers/registry\\.ts$'] },
            to: { path: files },
        });
    }
}

module.exports = {
    forbidden,
    options: {
        parser: 'swc',
        tsPreCompilationDeps: true,
        moduleSystems: ['es6', 'cjs'],
        doNotFollow: { path: 'node_modules' },
        builtInModules: { add: ['node:test', 'node:sqlite', 'node:sea'] },
        enhancedResolveOptions: {
            extensions: ['.ts', '.tsx', '.cjs', '.mjs', '.js', '.json'],
            exportsFields: ['exports'],
            conditionNames: ['import', 'require', 'node', 'default', 'types'],
        },
    },
};
