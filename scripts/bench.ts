/**
 * `npm run bench`: measures what customers and operators wait for, each figure beside the floor of the same machine in the same run; prints
 * a table, and writes dist/bench.json. A missed target is told, and is no failure: exit code 1 means that something could not be measured.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { type Figure, type Missing, tableOf } from './bench/figures.ts';
import { openFloors } from './bench/floors.ts';
import { openGatewayProcess } from './bench/gateway.ts';
import { type Ground, openGround } from './bench/ground.ts';
import { describeHost } from './bench/host.ts';
import { memory } from './bench/memory.ts';
import { page } from './bench/page.ts';
import { orderCode, scanToPay } from './bench/sales.ts';
import { startToReady } from './bench/start-to-ready.ts';
import { build, isBuilt } from './demo/ground.ts';
import { root } from './house/programs.ts';

const usage = `Usage: npm run bench [-- --quick] [-- --only WORD] [-- --out FILE]

  --quick      a tenth of the samples: shows that everything is measured, not how it is
  --only WORD  only parts with that word: scan, order, start, memory, page
  --out FILE   writes the JSON there instead of to dist/bench.json
`;

type Part = (ground: Ground, quick: boolean) => Promise<{ figures: Figure[]; missing: Missing[] }>;

const withGateway =
    (
        run: (parts: { ground: Ground; gateway: Awaited<ReturnType<typeof openGatewayProcess>>; quick: boolean }) => Promise<Figure[]>,
    ): Part =>
    async (ground, quick) => {
        const gateway = await openGatewayProcess(ground);
        try {
            return { figures: await run({ ground, gateway, quick }), missing: [] };
        } finally {
            await gateway.close();
        }
    };

const sales = (measure: typeof scanToPay, samples: number): Part =>
    withGateway(async ({ ground, gateway, quick }) => {
        const floors = await openFloors(ground);
        try {
            return await measure({ ground, gateway, floors, samples: quick ? Math.ceil(samples / 10) : samples });
        } finally {
            await floors.close();
        }
    });

const parts: Readonly<Record<string, Part>> = {
    scan: sales(scanToPay, 300),
    order: sales(orderCode, 200),
    start: (ground, quick) => startToReady(ground, { pairs: quick ? 3 : 31 }),
    memory: withGateway(({ ground, gateway }) => memory(ground, gateway)),
    page: (ground, quick) => page(ground, { starts: quick ? 2 : 11, clicks: quick ? 20 : 200 }),
};

function readArguments(): { quick: boolean; only: string; out: string } | number {
    try {
        const options = {
            quick: { type: 'boolean' },
            only: { type: 'string' },
            out: { type: 'string' },
            help: { type: 'boolean', short: 'h' },
        } as const;
        const { values } = parseArgs({ options });
        const { only = '', out = join(root, 'dist', 'bench.json') } = values;
        if (values.help !== true && Object.keys(parts).some((name) => name.includes(only)))
            return { quick: values.quick === true, only, out };
        (values.help === true ? process.stdout : process.stderr).write(usage);
        return values.help === true ? 0 : 64;
    } catch (error) {
        process.stderr.write(`npm run bench: ${error instanceof Error ? error.message : 'the arguments cannot be read.'}\n${usage}`);
        return 64;
    }
}

async function main(): Promise<number> {
    const order = readArguments();
    if (typeof order === 'number') return order;
    if (!isBuilt()) await build();
    const ground = openGround();
    const figures: Figure[] = [];
    const missing: Missing[] = [];
    const host = describeHost(ground.folder);
    try {
        for (const [name, part] of Object.entries(parts)) {
            if (!name.includes(order.only)) continue;
            process.stderr.write(`measuring: ${name} …\n`);
            try {
                const measured = await part(ground, order.quick);
                figures.push(...measured.figures);
                missing.push(...measured.missing);
            } catch (thrown) {
                missing.push({ name, why: thrown instanceof Error ? thrown.message : String(thrown) });
            }
        }
    } finally {
        ground.close();
    }
    const report = { at: new Date().toISOString(), quick: order.quick, host, figures, missing };
    mkdirSync(dirname(order.out), { recursive: true });
    writeFileSync(order.out, `${JSON.stringify(report, null, 4)}\n`);
    const { cpu, cores, memoryMb, kernel, fileSystem, node, load } = host;
    const lines = [
        `${cpu}, ${cores} cores, ${memoryMb} MB; Linux ${kernel}, ${fileSystem}; Node ${node}; load ${load} at the beginning`,
        '',
        ...tableOf(figures),
        '',
        ...figures.flatMap(({ name, note }) => (note === undefined ? [] : [`${name.trim()}: ${note}`])),
        ...missing.map(({ name, why }) => `not measured: ${name}: ${why}`),
        ...(load > 0.5 * cores ? ['Other programs were at work on this machine; run it again when it is quiet.'] : []),
        `${relative(process.cwd(), order.out)} has all of it.`,
    ];
    process.stdout.write(`${lines.join('\n')}\n`);
    return missing.length === 0 ? 0 : 1;
}

// Not once: a launcher hands on what a terminal sends as well, and the second one must not cut the tidying short.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));
process.exitCode = await main();
