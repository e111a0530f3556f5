/**
 * Pay: `POST …/payments/pay` in its three scenarios, its repeats (protocol §9) and the scripts of §13.2.
 *
 * Rules: one id, one payment, one set of key parameters; a code is presented once; what is answered S is booked before.
 */

import type { AmsAnswer, AmsCall } from './ams-call.ts';
import type { Bank, Charge } from './bank.ts';
import { isoTime } from './clock.ts';
import { amountTrigger, type CodeDesk, codeTrigger, deepLinkOf, isPlausibleCode, newOrderCode } from './codes.ts';
import { IllegalField } from './fields.ts';
import { type PayOrder, readPayOrder } from './pay-order.ts';
import { answerOf, type Body, resultOf, success } from './results.ts';
import type { Change, PaymentRow, WalletRow } from './rows.ts';
import type { TriggerName } from './switches.ts';

export function pay(bank: Bank, codes: CodeDesk, call: AmsCall): AmsAnswer {
    const order = readPayOrder(call.fields, bank.switches.strict);
    const key = `${call.client.clientId}/${order.paymentRequestId}`;
    const keyHash = keyHashOf(bank, order);
    const before = bank.book.payment(key);
    if (before !== undefined) {
        return before.keyHash === keyHash ? repeated(bank, bank.current(before)) : { body: answerOf('REPEAT_REQ_INCONSISTENT') };
    }
    if (bank.book.isTombstone(key) && call.ignoresTombstone !== true) return { body: answerOf('ORDER_IS_CLOSED') };
    const now = bank.clock.nowMs();
    if (order.expiresAt !== undefined && order.expiresAt <= now) throw new IllegalField('paymentExpiryTime', 'is over');
    const refusal = contractProblem(bank, call, order);
    if (refusal !== undefined) return { body: answerOf(refusal) };

    const amountScript = amountTrigger(order.amount.value, bank.switches);
    const lifetimeMs = order.scenario === 'PaymentCode' ? bank.switches.paymentCodeExpiryMs : bank.switches.orderCodeExpiryMs;
    const row: PaymentRow = {
        key,
        clientId: call.client.clientId,
        paymentRequestId: order.paymentRequestId,
        paymentId: bank.freshId('01'),
        scenario: order.scenario,
        amount: order.amount,
        keyHash,
        status: 'PROCESSING',
        resultCode: 'PAYMENT_IN_PROCESS',
        createdAt: now,
        expiresAt: order.expiresAt ?? now + lifetimeMs,
        walletReturned: '0',
        refunded: '0',
        notifyUrl: order.notifyUrl,
        ...(order.returnUrl === undefined ? {} : { returnUrl: order.returnUrl }),
        referenceOrderId: order.referenceOrderId,
        description: order.description,
        ...(order.seller === undefined ? {} : { seller: order.seller }),
        referenceMerchantId: order.referenceMerchantId,
        referenceStoreId: order.referenceStoreId,
        settlementCurrency: order.settlementCurrency,
        ...(order.code === undefined ? { orderCode: newOrderCode(bank.chance) } : { codeHash: bank.book.hash(order.code) }),
        ...(amountScript === '9903' ? { inquiry: 'unknown' as const } : amountScript === '9904' ? { inquiry: 'silent' as const } : {}),
    };
    if (amountScript === '9901' || amountScript === '9902') {
        bank.commit({ payments: [row] }, usedCode(row));
        return repeated(bank, row);
    }
    if (order.code === undefined) {
        bank.commit({ payments: [row] });
        return { body: codeForm(row) };
    }
    return presentCode({ bank, codes, row, code: order.code, arrivedMs: call.arrivedMs });
}

function keyHashOf(bank: Bank, order: PayOrder): string {
    const parts = [order.amount.currency, order.amount.value, order.methodType, order.code ?? '', order.scenario, order.settlementCurrency];
    return bank.book.hash(JSON.stringify(parts));
}

function contractProblem(bank: Bank, call: AmsCall, order: PayOrder): string | undefined {
    const status = { active: undefined, frozen: 'INVALID_MERCHANT_STATUS', denied: 'ACCESS_DENIED', 'no-contract': 'INVALID_CONTRACT' }[
        bank.switches.merchantStatus
    ];
    if (status !== undefined) return status;
    const { currencies, settlementCurrencies } = call.client;
    if (currencies !== undefined && !currencies.includes(order.amount.currency)) return 'CURRENCY_NOT_SUPPORT';
    if (settlementCurrencies !== undefined && !settlementCurrencies.includes(order.settlementCurrency)) return 'SETTLE_CONTRACT_NOT_MATCH';
    if (!bank.switches.requireRegistration) return undefined;
    const registered = bank.book
        .registrations()
        .some(
            (row) =>
                row.clientId === call.client.clientId &&
                row.referenceMerchantId === order.referenceMerchantId &&
                row.status === 'COMPLETED',
        );
    return registered ? undefined : 'MERCHANT_NOT_REGISTERED';
}

function usedCode(row: PaymentRow): Change {
    return row.codeHash === undefined ? {} : { usedCodes: [{ hash: row.codeHash, paymentKey: row.key }] };
}

function presentCode(given: { bank: Bank; codes: CodeDesk; row: PaymentRow; code: string; arrivedMs: number }): AmsAnswer {
    const { bank, codes, row, code } = given;
    const shown = codes.find(code);
    const script = shown === undefined ? codeTrigger(code, bank.switches) : undefined;
    if (script === '0008') return { body: answerOf('UNKNOWN_EXCEPTION'), spoil: { drop: true } };
    if (script === '0009') return { body: answerOf('UNKNOWN_EXCEPTION'), spoil: { httpStatus: 500 } };
    const refuse = (resultCode: string): AmsAnswer => {
        const failure = bank.planFailure(row, resultCode);
        bank.commit(failure.change, usedCode(row));
        return { body: failed(failure.row) };
    };
    if (bank.book.paymentOfCode(row.codeHash ?? '') !== undefined) return refuse('EXPIRED_CODE');
    if (shown !== undefined) {
        const wallet = bank.book.wallet(shown.wallet);
        if (shown.expiresAt <= given.arrivedMs || wallet === undefined) return refuse('EXPIRED_CODE');
        if (!wallet.password || wallet.refuse !== null) return charged({ bank, row, wallet });
        const asking: PaymentRow = { ...row, asks: wallet.name };
        bank.commit({ payments: [asking] }, usedCode(row));
        return { body: inProcess(asking) };
    }
    if (script !== undefined) return scripted({ bank, row, script, refuse });
    if (!isPlausibleCode(code) || bank.switches.unknownCodes === 'refuse') return refuse('INVALID_PAYMENT_CODE');
    return charged({ bank, row, wallet: undefined });
}

function charged(given: { bank: Bank; row: PaymentRow; wallet: WalletRow | undefined }): AmsAnswer {
    const { bank, row, wallet } = given;
    const charge: Charge = bank.planCharge(row, wallet);
    if (charge.ok) {
        bank.commit(charge.change, usedCode(row));
        return { body: paid(bank, charge.row) };
    }
    const failure = bank.planFailure(row, charge.resultCode);
    bank.commit(failure.change, usedCode(row));
    return { body: failed(failure.row) };
}

function scripted(given: { bank: Bank; row: PaymentRow; script: TriggerName; refuse: (resultCode: string) => AmsAnswer }): AmsAnswer {
    const { bank, row, script, refuse } = given;
    switch (script) {
        case '0001':
        case '0002': {
            const waiting = script === '0001' ? { ...row, inquiriesLeft: bank.switches.pendingInquiries } : row;
            bank.commit({ payments: [waiting] }, usedCode(row));
            return { body: inProcess(waiting) };
        }
        case '0003':
            return refuse('EXPIRED_CODE');
        case '0004':
            return refuse('INVALID_PAYMENT_CODE');
        case '0005':
            return refuse('USER_BALANCE_NOT_ENOUGH');
        case '0006':
            return refuse('RISK_REJECT');
        case '0007':
            return { ...charged({ bank, row, wallet: undefined }), spoil: { drop: true } };
        case '0010':
            return { ...charged({ bank, row, wallet: undefined }), spoil: { badSignature: true } };
        case '0011':
            bank.commit({ payments: [row] }, usedCode(row));
            return {
                // The payment is still in process while the answer waits; a cancel or the expiry may end it first.
                body: () => {
                    const later = bank.current(bank.book.payment(row.key) ?? row);
                    if (later.status === 'PROCESSING') return charged({ bank, row: later, wallet: undefined }).body as Body;
                    const answer = repeated(bank, later).body;
                    return typeof answer === 'function' ? answer() : answer;
                },
                spoil: { delayMs: bank.switches.slowTriggerMs },
            };
        default:
            return charged({ bank, row, wallet: undefined });
    }
}

/** What a pay gets whose id is known (protocol §13.2, column `pay(same)`). */
function repeated(bank: Bank, row: PaymentRow): AmsAnswer {
    switch (row.status) {
        case 'PROCESSING': {
            const script = amountTrigger(row.amount.value, bank.switches);
            if (script === '9901') return { body: answerOf('UNKNOWN_EXCEPTION') };
            if (script === '9902') return { body: answerOf('UNKNOWN_EXCEPTION'), spoil: { silent: true } };
            return { body: row.scenario === 'PaymentCode' ? inProcess(row) : codeForm(row) };
        }
        case 'SUCCESS':
            return { body: row.scenario === 'PaymentCode' ? paid(bank, row) : codeForm(row) };
        case 'FAIL':
            return { body: failed(row) };
        case 'EXPIRED':
            return { body: answerOf('ORDER_IS_CLOSED') };
        case 'CANCELLED':
            return { body: answerOf('ORDER_IS_CANCELED') };
    }
}

function paid(bank: Bank, row: PaymentRow): Body {
    return success(bank.moneyFields(row));
}

function failed(row: PaymentRow): Body {
    return { result: resultOf(row.resultCode), paymentRequestId: row.paymentRequestId };
}

function inProcess(row: PaymentRow): Body {
    return { result: resultOf('PAYMENT_IN_PROCESS'), paymentRequestId: row.paymentRequestId, paymentId: row.paymentId };
}

/** The S of an order code or an entry code: created, not paid. */
function codeForm(row: PaymentRow): Body {
    const orderCode = row.orderCode ?? '';
    return success({
        paymentRequestId: row.paymentRequestId,
        paymentId: row.paymentId,
        paymentAmount: row.amount,
        paymentCreateTime: isoTime(row.createdAt),
        ...(row.scenario === 'OrderCode'
            ? {
                  orderCodeForm: {
                      paymentMethodType: 'CONNECT_WALLET',
                      expireTime: isoTime(row.expiresAt),
                      codeDetails: [{ codeValueType: 'QRCODE', displayType: 'TEXT', codeValue: orderCode }],
                  },
              }
            : { redirectActionForm: { method: 'SCAN', redirectUrl: deepLinkOf(orderCode) } }),
    });
}

/** Books a payment that a password or an order code left open; used by the wallets and by inquiries that a script counts. */
export function settleOpen(bank: Bank, row: PaymentRow, wallet: WalletRow | undefined): Charge {
    const charge = bank.planCharge(row, wallet);
    if (charge.ok) bank.commit(charge.change);
    return charge;
}
