/**
 * `till journal`: proves, shows and exports the journal of a kiosk. Reads only; a running till need not be stopped.
 */
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type ExportFormat, exportFormats, exportText } from '../journal/export.ts';
import { missingFault } from '../journal/faults.ts';
import { nodeDisk } from '../journal/node-disk.ts';
import { followRecords, lastRecords, type ReadOrder, readRecords } from '../journal/reader.ts';
import { listSegments } from '../journal/segments.ts';
import { type Verification, verify } from '../journal/verify.ts';
import type { JournalRecord } from '../ports/journal.ts';
import { type CommandIo, exitCodes, processIo } from './command-io.ts';

interface Place {
    dir?: string;
    config?: string;
    json?: boolean;
}

const pollMs = 500;
/** How long a commit that was under way has to become whole. */
const verifyPauseMs = 100;

/** Adds `journal verify | tail | show | export`. */
export function addJournalCommands(program: Command, io: CommandIo = processIo): void {
    const journal = program.command('journal').description('prove, show and export the journal; a running till need not be stopped');

    withPlace(journal.command('verify').description('check the whole chain, from the first record to the last'))
        .option('--json', 'print JSON')
        .addHelpText(
            'after',
            '\nEnds with 0 only when the whole chain holds, with 1 when anything was altered, dropped, reordered or is torn.\n',
        )
        .action((options: Place, command: Command) => verifyJournal(options, command, io));

    withPlace(journal.command('tail').description('the newest records'))
        .option('-n, --lines <count>', 'how many', countOf, 10)
        .option('-f, --follow', 'go on with what a running till adds, until interrupted')
        .option('--json', 'print each record as a line of JSON')
        .action((options: Place & { lines: number; follow?: boolean }, command: Command) => tailJournal(options, command, io));

    withPlace(journal.command('show').description('every record of one sale').argument('<sale>', "the sale's id, or its claim number"))
        .option('--json', 'print each record as a line of JSON')
        .action((sale: string, options: Place, command: Command) => showSale(sale, { options, command, io }));

    withPlace(journal.command('export').description('all records, on standard output'))
        .addOption(new Option('--format <format>', 'how').choices([...exportFormats]).makeOptionMandatory())
        .addHelpText('after', '\nCSV: amounts in minor units, the whole record in the last column.\n')
        .action((options: Place & { format: ExportFormat }, command: Command) => exportJournal(options, command, io));
}

function withPlace(command: Command): Command {
    return command
        .option('-c, --config <file>', "the kiosk's configuration: tells where its journal is")
        .option('-d, --dir <folder>', 'the folder with the journal, or the data folder above it');
}

function countOf(text: string): number {
    if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
    return Number(text);
}

/** @throws JOURNAL_MISSING, and what loadConfig throws */
async function folderOf(options: Place, command: Command, io: CommandIo): Promise<string> {
    const { dir, config } = options;
    if ((dir === undefined) === (config === undefined)) command.error('error: name the journal with either --dir FOLDER or --config FILE');
    const asked = dir === undefined ? await dataFolderOf(config!, io) : resolve(dir);
    for (const folder of [`${asked}/journal`, asked]) if ((await listSegments(nodeDisk, folder)).numbers.length > 0) return folder;
    throw missingFault(asked);
}

async function dataFolderOf(file: string, io: CommandIo): Promise<string> {
    const { loadConfig } = await import('../../config/load.ts');
    // Keys need not be here: an operator may look at a copied journal on another machine.
    return (await loadConfig({ file, env: io.env, checkFiles: false })).kiosk.dataDir;
}

async function verifyJournal(options: Place, command: Command, io: CommandIo): Promise<void> {
    const folder = await folderOf(options, command, io);
    const result = await verify({ disk: nodeDisk, folder, pause: () => sleep(verifyPauseMs) });
    io.out(options.json === true ? `${JSON.stringify({ folder, ...result })}\n` : verificationText(folder, result));
    io.exit(result.ok ? exitCodes.ok : exitCodes.other);
}

function verificationText(folder: string, result: Verification): string {
    const findings = result.findings.map(
        ({ kind, segment, offset, seq, reason }) => `  ${kind}: ${segment} at byte ${offset}, record ${seq}: ${reason}\n`,
    );
    const verdict = result.ok
        ? 'The whole chain holds.'
        : `The chain does not hold: ${findings.length} ${findings.length === 1 ? 'finding' : 'findings'}.`;
    return [
        `${folder}: ${result.records} records in ${result.segments} segments, last record ${result.lastSeq}, head ${result.head}\n`,
        ...findings,
        ...result.notes.map((note) => `  ${note}\n`),
        `${verdict}\n`,
    ].join('');
}

async function tailJournal(options: Place & { lines: number; follow?: boolean }, command: Command, io: CommandIo): Promise<void> {
    const folder = await folderOf(options, command, io);
    const last = await lastRecords({ disk: nodeDisk, folder, count: Math.max(options.lines, 1) });
    for (const record of last.slice(last.length - Math.min(options.lines, last.length))) io.out(recordText(record, options.json));
    if (options.follow !== true) return;
    const pause = async () => {
        await sleep(pollMs);
        return true;
    };
    const fromSeq = (last.at(-1)?.seq ?? 0) + 1;
    for await (const record of followRecords({ disk: nodeDisk, folder, fromSeq, pause })) io.out(recordText(record, options.json));
}

async function showSale(sale: string, context: { options: Place; command: Command; io: CommandIo }): Promise<void> {
    const { options, command, io } = context;
    const reading = reader(await folderOf(options, command, io));
    let saleId: string | undefined;
    for await (const record of reading.records) {
        if (record.saleId === sale || (record.claim === sale && typeof record.saleId === 'string')) saleId = record.saleId as string;
        if (saleId !== undefined && record.saleId === saleId) io.out(recordText(record, options.json));
    }
    if (saleId === undefined) {
        io.out(options.json === true ? '' : `There is no sale ${sale} in this journal; till sale find looks for sales by other words.\n`);
        io.exit(exitCodes.other);
    }
    reading.tell(io, options.json === true);
}

async function exportJournal(options: Place & { format: ExportFormat }, command: Command, io: CommandIo): Promise<void> {
    const reading = reader(await folderOf(options, command, io));
    for await (const text of exportText(reading.records, options.format)) io.out(text);
    reading.tell(io, true);
}

/** Records, and the exit code 1 where something could not be read: an export that lacks records must not look complete. */
function reader(folder: string) {
    const damage: Parameters<NonNullable<ReadOrder['onDamage']>>[0][] = [];
    return {
        records: readRecords({ disk: nodeDisk, folder, onDamage: (place) => damage.push(place) }),
        tell: (io: CommandIo, quiet: boolean) => {
            if (damage.length === 0) return;
            if (!quiet)
                io.out(`Records are missing here: the journal is damaged in ${damage.length} places; till journal verify names them.\n`);
            io.exit(exitCodes.other);
        },
    };
}

/** Fields that stand in every record, before its own. */
const places = new Set(['seq', 'time', 'type', 'at', 'mono', 'boot']);

function recordText(record: JournalRecord, json: boolean | undefined): string {
    if (json === true) return `${JSON.stringify(record)}\n`;
    const fields = Object.entries(record).filter(([name]) => !places.has(name));
    const text = fields.map(
        ([name, value]) => `${name}=${typeof value === 'string' && /^[\w.:+-]+$/.test(value) ? value : JSON.stringify(value)}`,
    );
    return `${String(record.seq).padStart(6)}  ${record.time}  ${record.type}  ${text.join(' ')}\n`;
}
