'use strict';
/**
 * The rooms of the house and their doors: who may import whom. One table, read by dependency-cruiser (.dependency-cruiser.cjs) and by
 * the check that every source file belongs to a room.
 *
 * Rules: `files` and `doors` are regular expressions over paths from the checkout's root; `$1`, `$2` in a door are groups of `files`.
 * The first room that matches a file is its room. `lazy` doors open only to `import()`. `packages`: names from node_modules that may be
 * imported; without it, all of package.json's `dependencies` (paint's own excepted) may be. `node: false`: no node: module either.
 */

const ports = '^firmware/ports/';
const sale = '^firmware/sale/';
const screens = '^firmware/screens/';
const driversLib = '^drivers/(lib/|driver\\.ts$)';

/** The packages that only `firmware/paint` may load. */
const paintPackages = ['opentype.js', 'qrcode', '@resvg/resvg-js', '@fontsource/noto-sans', '@fontsource/noto-sans-sc', 'harfbuzzjs'];

const rooms = [
    { name: 'ports', files: '^firmware/ports/', doors: [ports], packages: [], node: false },
    { name: 'sale', files: '^firmware/sale/', doors: [sale, ports], packages: [], node: false, pure: true },
    { name: 'screens', files: '^firmware/screens/', doors: [screens, sale, ports], packages: [], node: false, pure: true },
    { name: 'paint', files: '^firmware/paint/', doors: ['^firmware/paint/', screens, ports], packages: paintPackages },
    { name: 'journal', files: '^firmware/journal/', doors: ['^firmware/journal/', sale, ports] },
    { name: 'gateway', files: '^firmware/gateway/', doors: ['^firmware/gateway/', sale, ports] },
    {
        name: 'runtime',
        files: '^firmware/runtime/',
        doors: ['^firmware/runtime/', '^firmware/paint/', '^firmware/journal/', '^firmware/gateway/', screens, sale, ports],
    },
    { name: 'relay', files: '^firmware/relay/', doors: ['^firmware/relay/', '^firmware/gateway/', screens, sale, ports] },
    { name: 'api', files: '^firmware/(api|fleet)/', doors: ['^firmware/$1/', '^firmware/runtime/desk\\.ts$', screens, sale, ports] },
    // Runs in a browser: its packages are bundled at build, and it has tsconfig and types of its own.
    {
        name: 'page',
        files: '^firmware/page/',
        doors: ['^firmware/page/', screens, sale, ports],
        packages: ['preact', '@preact/signals', 'qr'],
        node: false,
    },
    {
        name: 'cli',
        files: '^firmware/cli/',
        doors: [
            '^firmware/cli/',
            '^firmware/main\\.ts$',
            '^firmware/(journal|gateway|relay)/',
            '^config/',
            sale,
            ports,
            '^package\\.json$',
        ],
        lazy: ['^scripts/sandbox/'],
    },
    // The composition root, and what it puts together by itself: policy from the config, the device's secret.
    { name: 'main', files: '^firmware/[^/]+\\.ts$', doors: ['^firmware/', '^drivers/', '^config/', '^package\\.json$'] },
    {
        name: 'registry',
        files: '^drivers/registry\\.ts$',
        doors: [ports, driversLib, '^drivers/[^/]+/[^/]+\\.config\\.ts$'],
        lazy: ['^drivers/[^/]+/[^/]+\\.ts$'],
        packages: [],
    },
    { name: 'drivers/lib', files: '^drivers/(lib/|driver\\.ts$)', doors: [ports, driversLib] },
    { name: 'driver config', files: '^drivers/[^/]+/[^/]+\\.config\\.ts$', doors: [ports, driversLib], packages: ['valibot'] },
    // What the devices of one kind share lies beside them; another device's own files are closed (.dependency-cruiser.cjs).
    { name: 'driver', files: '^drivers/([^/]+)/[^/]+\\.ts$', doors: [ports, driversLib, '^drivers/$1/'] },
    // The registry's eager half is every driver's config; its drivers are loaded by import() alone.
    {
        name: 'config',
        files: '^config/',
        doors: ['^config/', '^drivers/registry\\.ts$', ports, '^drivers/[^/]+/[^/]+\\.config\\.ts$', driversLib],
    },
    // The sandbox checks signatures and ledgers with code of its own: a mistake of the product must be caught there, not mirrored.
    { name: 'sandbox', files: '^scripts/sandbox/', doors: ['^scripts/sandbox/', '^config/', ports, sale, '^package\\.json$'] },
    { name: 'scripts', files: '^scripts/', doors: ['^scripts/', '^firmware/', '^drivers/', '^config/', '^package\\.json$'] },
    { name: 'test', files: '^test/', doors: ['^'] },
];

/** The room of a file, or undefined when no rule covers it. */
function roomOf(path) {
    return rooms.find((room) => new RegExp(room.files).test(path));
}

module.exports = { paintPackages, roomOf, rooms };
