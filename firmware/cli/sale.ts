/**
 * `till sale`: shows, finds and resolves sales of a running kiosk through its API.
 */
import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import type { Command } from 'commander';
import type { Amount } from '../ports/amount.ts';
import type { SaleView } from '../ports/desk.ts';
import { exponentOf } from '../sale/money.ts';
import { apiAccess, callApi } from './api-client.ts';
import { type CommandIo, processIo } from './command-io.ts';

interface Access {
    url?: string;
    config?: string;
    tokenFile?: string;
    json?: boolean;
}
const decisions = ['delivered', 'refund', 'settled-outside'] as const;
const states = ['open', 'paying', 'delivering', 'refunding', 'delivered', 'refunded', 'cancelled', 'declined', 'review'] as const;

/** Adds `sale show | find | resolve`. */
export function addSaleCommands(program: Command, io: CommandIo = processIo): void {
    const sale = program.command('sale').description('show, find and resolve sales of the running kiosk');

    withAccess(
        sale.command('show').description('one sale with its payments, deliveries and refunds').argument('<id>', "the sale's id"),
    ).action((id: string, options: Access) => show(id, options, io));

    withAccess(sale.command('find').description('sales: open ones first, then ended ones, newest first'))
        .option('--state <state>', `one of ${states.join(', ')}`)
        .option('--reference <text>', "the caller's own reference")
        .option('--claim <number>', 'the number on the screen that the customer photographed')
        .option('--limit <count>', 'at most so many', '50')
        .addHelpText('after', '\nSales that wait for a person: till sale find --state review\n')
        .action((options: Access & { state?: string; reference?: string; claim?: string; limit: string }) => find(options, io));

    withAccess(sale.command('resolve').description('decide what the machine could not; the journal keeps the name and the note'))
        .argument('<id>', "the sale's id")
        .requiredOption('--decision <decision>', `one of ${decisions.join(', ')}`)
        .requiredOption('--note <text>', 'why, for whoever reads it next year')
        .option('--by <name>', 'who decides; your user name when left out')
        .addHelpText(
            'after',
            '\ndelivered: the customer has the goods. refund: give the money back. settled-outside: it was settled by other means.\n',
        )
        .action((id: string, options: Access & { decision: string; note: string; by?: string }) => resolve(id, options, io));
}

function withAccess(command: Command): Command {
    return command
        .option('-c, --config <file>', "the kiosk's configuration: tells where its API is")
        .option('--url <url>', "address of the kiosk's API")
        .option('--token-file <file>', 'file with the bearer token, for a kiosk on another machine')
        .option('--json', 'print JSON');
}

async function show(id: string, options: Access, io: CommandIo): Promise<void> {
    const access = await apiAccess({ ...options, env: io.env });
    const sale = (await callApi(access, { method: 'GET', path: `/v1/sales/${encodeURIComponent(id)}` })) as SaleView;
    io.out(options.json === true ? `${JSON.stringify(sale, null, 2)}\n` : story(sale));
}

async function find(options: Access & { state?: string; reference?: string; claim?: string; limit: string }, io: CommandIo): Promise<void> {
    const query = new URLSearchParams();
    for (const key of ['state', 'reference', 'claim', 'limit'] as const) {
        const value = options[key];
        if (value !== undefined) query.set(key, value);
    }
    const access = await apiAccess({ ...options, env: io.env });
    const { sales } = (await callApi(access, { method: 'GET', path: `/v1/sales?${query}` })) as { sales: readonly SaleView[] };
    if (options.json === true) io.out(`${JSON.stringify(sales, null, 2)}\n`);
    else if (sales.length === 0) io.out('No such sale.\n');
    else io.out(sales.map((sale) => `${line(sale)}\n`).join(''));
}

async function resolve(id: string, options: Access & { decision: string; note: string; by?: string }, io: CommandIo): Promise<void> {
    const access = await apiAccess({ ...options, env: io.env });
    const body = { decision: options.decision, note: options.note, by: options.by ?? userInfo().username };
    const path = `/v1/sales/${encodeURIComponent(id)}/resolve`;
    const sale = (await callApi(access, { method: 'POST', path, body, key: randomUUID() })) as SaleView;
    io.out(options.json === true ? `${JSON.stringify(sale, null, 2)}\n` : story(sale));
}

function line(sale: SaleView): string {
    const parts = [sale.openedAt, sale.id, sale.state.padEnd(10), money(sale.amount), `claim ${sale.claim}`];
    if (sale.reference !== undefined) parts.push(`reference ${sale.reference}`);
    if (sale.reviews.length > 0) parts.push(`look at: ${sale.reviews.join(', ')}`);
    return parts.join('  ');
}

function story(sale: SaleView): string {
    const lines = [line(sale)];
    for (const item of sale.items) lines.push(`  item      ${item.slot}  ${item.name.en ?? Object.values(item.name)[0] ?? ''}`);
    for (const payment of sale.payments) {
        const code = payment.resultCode === undefined ? '' : `  ${payment.resultCode}`;
        lines.push(`  payment   ${payment.paymentRequestId}  ${payment.mode}  ${payment.state}  ${money(payment.amount)}${code}`);
    }
    for (const delivery of sale.deliveries)
        lines.push(`  delivery  ${delivery.slot}  ${delivery.state}  ${delivery.evidence ?? ''}`.trimEnd());
    for (const refund of sale.refunds)
        lines.push(`  refund    ${refund.refundRequestId}  by ${refund.by}  ${refund.state}  ${money(refund.amount)}`);
    if (sale.resolved !== undefined)
        lines.push(`  resolved  ${sale.resolved.decision} by ${sale.resolved.by} at ${sale.resolved.at}: ${sale.resolved.note}`);
    lines.push(`  kept      ${money(sale.kept)}`);
    return `${lines.join('\n')}\n`;
}

/** `1.50 EUR`. */
function money(amount: Amount): string {
    const exponent = exponentOf(amount.currency) ?? 0;
    const digits = amount.value.padStart(exponent + 1, '0');
    const whole = digits.slice(0, digits.length - exponent);
    return `${exponent === 0 ? whole : `${whole}.${digits.slice(-exponent)}`} ${amount.currency}`;
}
