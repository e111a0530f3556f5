/** Admin: the routes under `/admin` with which a person or a test steers the gateway and reads its ledger. */
import * as v from 'valibot';
import type { RequestRecord } from './ams-door.ts';
import type { Bank } from './bank.ts';
import { randomToken } from './chance.ts';
import { gatewayDay, isoTime } from './clock.ts';
import { compareWithJournal, comparisonText, readExport } from './compare.ts';
import { sandboxConfigSchema } from './config.ts';
import { type FaultBoard, faultOrder, noticeFaults, requestFaults } from './faults.ts';
import { ledgerOf, ledgerText } from './ledger.ts';
import { type LocalRoute, route } from './local-api.ts';
import { amountProblem } from './money.ts';
import { Refusal } from './refusal.ts';
import { decideRegistration } from './registration.ts';
import { transactionItems } from './reports.ts';
import { resultOf } from './results.ts';
import type { NoticeRow } from './rows.ts';
import { applySwitches, switchChange } from './switches.ts';

export interface AdminDesk {
    readonly bank: Bank;
    readonly faults: FaultBoard;
    readonly requests: () => readonly RequestRecord[];
    readonly publicPem: string;
    /** Opens or closes the gateway's listener as the faults ask. */
    readonly obeyFaults: () => Promise<void>;
    readonly separateListener: boolean;
    readonly clientIds: readonly string[];
}

const clockBody = v.strictObject({
    advanceMs: v.optional(v.pipe(v.number(), v.integer(), v.minValue(-315_360_000_000), v.maxValue(315_360_000_000))),
    offsetMs: v.optional(v.pipe(v.number(), v.integer(), v.minValue(-315_360_000_000), v.maxValue(315_360_000_000))),
});
const decisionBody = v.strictObject({
    clientId: v.string(),
    status: v.picklist(['PENDING', 'COMPLETED', 'REJECTED']),
    rejectReasons: v.optional(v.array(v.string())),
    psps: v.optional(
        v.array(
            v.strictObject({
                pspName: v.string(),
                status: v.picklist(['PENDING', 'APPROVED', 'REJECTED']),
                rejectReasons: v.optional(v.array(v.string()), []),
            }),
        ),
    ),
});
const strayBody = v.strictObject({
    clientId: v.string(),
    url: v.pipe(v.string(), v.url()),
    paymentRequestId: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,64}$/)),
    amount: v.strictObject({ currency: v.string(), value: v.string() }),
    resultCode: v.optional(v.pipe(v.string(), v.regex(/^[A-Z][A-Z0-9_]{1,63}$/)), 'SUCCESS'),
    notifyType: v.optional(v.string(), 'PAYMENT_RESULT'),
});

/** Moves the virtual clock; kept over restarts. */
export function setClock(
    bank: Bank,
    change: { advanceMs?: number | undefined; offsetMs?: number | undefined },
): { now: string; nowMs: number; offsetMs: number } {
    const offsetMs = (change.offsetMs ?? bank.clock.offsetMs) + (change.advanceMs ?? 0);
    if (offsetMs !== bank.clock.offsetMs) {
        bank.commit({ clock: { offsetMs } });
        bank.clock.setOffset(offsetMs);
    }
    return { now: isoTime(bank.clock.nowMs()), nowMs: bank.clock.nowMs(), offsetMs };
}

export function adminRoutes(desk: AdminDesk): LocalRoute[] {
    return [...moneyRoutes(desk), ...faultRoutes(desk), ...settingRoutes(desk), ...noticeRoutes(desk)];
}

function moneyRoutes({ bank, requests }: AdminDesk): LocalRoute[] {
    const ledger = (query: URLSearchParams) =>
        ledgerOf(bank.book, {
            nowMs: bank.clock.nowMs(),
            paymentRequestId: query.get('paymentRequestId') ?? undefined,
            clientId: query.get('clientId') ?? undefined,
        });
    return [
        {
            method: 'GET',
            path: '/admin/ledger',
            summary: 'Every movement of money, by payment',
            query: { format: '`text` for a person, else JSON', paymentRequestId: 'Only this payment', clientId: 'Only this client' },
            reply: 'The ledger',
            run: (call) => (call.wantsText ? { text: ledgerText(ledger(call.query)), type: 'text/plain' } : ledger(call.query)),
        },
        route({
            method: 'POST',
            path: '/admin/compare',
            summary: 'Compare a journal export with the ledger',
            query: { format: '`text` for a person, else JSON', clientId: 'Only this client' },
            body: v.strictObject({ export: v.string() }),
            reply: 'Differences and sums',
            run: (call) => {
                const comparison = compareWithJournal(readExport(call.body.export), ledger(call.query));
                return call.wantsText ? { text: comparisonText(comparison), type: 'text/plain' } : comparison;
            },
        }),
        {
            method: 'GET',
            path: '/admin/payments',
            summary: 'Every payment as the gateway has it',
            reply: 'The payments, oldest first',
            run: () => bank.book.payments().map((row) => bank.current(row)),
        },
        {
            method: 'GET',
            path: '/admin/payments/{paymentRequestId}',
            summary: 'One payment with its refunds',
            reply: 'The payment',
            run: (call) => {
                const row = bank.book.paymentOfAnyClient(call.params.paymentRequestId ?? '');
                if (row === undefined)
                    throw new Refusal({ status: 404, code: 'PAYMENT_UNKNOWN', message: 'The gateway has no payment with this id.' });
                return { ...bank.current(row), refunds: bank.book.refundsOf(row.key) };
            },
        },
        {
            method: 'GET',
            path: '/admin/requests',
            summary: 'The newest requests of the merchants, with what they were answered',
            query: { about: 'Only this paymentRequestId or refundRequestId', api: 'Only this API' },
            reply: 'The requests, oldest first',
            run: (call) => {
                const [about, api] = [call.query.get('about'), call.query.get('api')];
                return requests().filter((one) => (about === null || one.about === about) && (api === null || one.api === api));
            },
        },
        {
            method: 'GET',
            path: '/admin/reports/transactions',
            summary: 'The transaction items of a day in UTC+8, as CSV',
            query: { day: 'YYYYMMDD; today unless told', clientId: 'The client; needed' },
            reply: 'CSV that ends with <END>',
            run: (call) => {
                const day = call.query.get('day') ?? gatewayDay(bank.clock.nowMs());
                const clientId = call.query.get('clientId') ?? '';
                if (!/^\d{8}$/.test(day)) throw new Refusal({ status: 422, code: 'BODY_INVALID', message: 'day is written YYYYMMDD.' });
                return { text: transactionItems(bank.book, { day, clientId }), type: 'text/csv' };
            },
        },
    ];
}

function faultRoutes({ faults, obeyFaults, separateListener }: AdminDesk): LocalRoute[] {
    return [
        {
            method: 'GET',
            path: '/admin/faults',
            summary: 'The faults that stand, and the kinds there are',
            reply: 'Faults and kinds',
            run: () => ({ faults: faults.list(), kinds: { requests: requestFaults, notifications: noticeFaults } }),
        },
        route({
            method: 'POST',
            path: '/admin/faults',
            summary: 'Let something go wrong',
            body: faultOrder,
            reply: 'The fault with its id',
            run: async (call) => {
                if (call.body.kind === 'down' && call.body.mode === 'refuse' && !separateListener) {
                    throw new Refusal({
                        status: 409,
                        code: 'NEEDS_ADMIN_LISTEN',
                        message: 'Set adminListen in the configuration: a gateway that refuses connections cannot be reached to end it.',
                    });
                }
                const fault = faults.add(call.body);
                await obeyFaults();
                return fault;
            },
        }),
        {
            method: 'DELETE',
            path: '/admin/faults',
            summary: 'End all faults',
            reply: 'ok',
            run: async () => {
                faults.clear();
                await obeyFaults();
            },
        },
        {
            method: 'DELETE',
            path: '/admin/faults/{id}',
            summary: 'End one fault',
            reply: 'ok',
            run: async (call) => {
                if (!faults.remove(call.params.id ?? ''))
                    throw new Refusal({ status: 404, code: 'FAULT_UNKNOWN', message: 'No such fault stands; it may be used up.' });
                await obeyFaults();
            },
        },
    ];
}

function settingRoutes({ bank, publicPem }: AdminDesk): LocalRoute[] {
    return [
        { method: 'GET', path: '/admin/switches', summary: 'The guesses and choices', reply: 'The switches', run: () => bank.switches },
        route({
            method: 'PATCH',
            path: '/admin/switches',
            summary: 'Change some switches',
            body: switchChange,
            reply: 'The switches',
            run: (call) => {
                applySwitches(bank.switches, call.body);
                return bank.switches;
            },
        }),
        { method: 'GET', path: '/admin/clock', summary: 'The virtual clock', reply: 'Its time and offset', run: () => setClock(bank, {}) },
        route({
            method: 'POST',
            path: '/admin/clock',
            summary: 'Advance the virtual clock, or set its offset from the system',
            body: clockBody,
            reply: 'Its time and offset',
            run: (call) => setClock(bank, call.body),
        }),
        {
            method: 'GET',
            path: '/admin/key',
            summary: "The gateway's public key",
            reply: 'PEM',
            run: () => ({ text: publicPem, type: 'application/x-pem-file' }),
        },
        {
            method: 'GET',
            path: '/admin/config.schema.json',
            summary: 'JSON Schema of the configuration file',
            reply: 'JSON Schema',
            run: sandboxConfigSchema,
        },
    ];
}

function noticeRoutes({ bank, clientIds }: AdminDesk): LocalRoute[] {
    return [
        {
            method: 'GET',
            path: '/admin/notifications',
            summary: 'Notifications, due and sent',
            query: { about: 'Only this paymentRequestId or registrationRequestId' },
            reply: 'The notifications with every send',
            run: (call) => bank.book.notices().filter((row) => call.query.get('about') === null || row.about === call.query.get('about')),
        },
        route({
            method: 'POST',
            path: '/admin/notifications',
            summary: 'Send a signed notification about a payment that need not exist',
            body: strayBody,
            reply: 'The notification',
            run: (call) => {
                const { clientId, url, paymentRequestId, amount } = call.body;
                if (!clientIds.includes(clientId))
                    throw new Refusal({ status: 422, code: 'CLIENT_UNKNOWN', message: 'clientId: the configuration has no such client.' });
                if (amountProblem(amount) !== undefined)
                    throw new Refusal({ status: 422, code: 'BODY_INVALID', message: 'amount: name a currency and minor units.' });
                const notice: NoticeRow = {
                    id: `N${randomToken(bank.chance, 20)}`,
                    kind: 'payment',
                    clientId,
                    url,
                    about: paymentRequestId,
                    body: JSON.stringify({
                        notifyType: call.body.notifyType,
                        result: resultOf(call.body.resultCode),
                        paymentRequestId,
                        paymentId: bank.freshId('01'),
                        paymentAmount: amount,
                        paymentCreateTime: isoTime(bank.clock.nowMs()),
                        paymentTime: isoTime(bank.clock.nowMs()),
                    }),
                    dueAt: bank.clock.nowMs(),
                    state: 'due',
                    attempts: 0,
                    sends: [],
                };
                bank.commit({ notices: [notice] });
                return notice;
            },
        }),
        {
            method: 'GET',
            path: '/admin/registrations',
            summary: 'Registrations of secondary merchants',
            reply: 'The registrations',
            run: () => bank.book.registrations(),
        },
        route({
            method: 'POST',
            path: '/admin/registrations/{registrationRequestId}',
            summary: 'Decide a registration',
            body: decisionBody,
            reply: 'The registration',
            run: (call) => {
                const row = bank.book.registration(`${call.body.clientId}/${call.params.registrationRequestId}`);
                if (row === undefined)
                    throw new Refusal({
                        status: 404,
                        code: 'REGISTRATION_UNKNOWN',
                        message: 'This client sent no registration with this id.',
                    });
                return decideRegistration(bank, row, call.body);
            },
        }),
    ];
}
