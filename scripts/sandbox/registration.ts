/** Registration: of secondary merchants, with status, information and notification (protocol §11, §6.3). */
import type { AmsAnswer, AmsCall } from './ams-call.ts';
import type { Bank } from './bank.ts';
import { randomToken } from './chance.ts';
import { type Fields, IllegalField } from './fields.ts';
import { idRule } from './pay-order.ts';
import { answerOf, success } from './results.ts';
import type { Change, NoticeRow, RegistrationRow } from './rows.ts';

const mcc = { required: true, max: 4, pattern: /^\d{4}$/ } as const;

export function registration(bank: Bank, call: AmsCall, bodyText: string): AmsAnswer {
    const { fields } = call;
    const registrationRequestId = fields.text('registrationRequestId', { ...idRule, required: true });
    const codes = fields.at('productCodes');
    if (!Array.isArray(codes) || !codes.includes('IN_STORE_PAYMENT')) throw new IllegalField('productCodes', 'must hold IN_STORE_PAYMENT');
    const referenceMerchantId = fields.text('merchantInfo.referenceMerchantId', { ...idRule, required: true });
    fields.text('merchantInfo.merchantDisplayName', { required: true, max: 256 });
    fields.text('merchantInfo.merchantMCC', mcc);
    const referenceStoreId = readStore(fields);
    const notifyField = fields.at('registrationNotifyURL') === undefined ? 'registrationNotifyUrl' : 'registrationNotifyURL';
    const notifyUrl = fields.url(notifyField, { required: false, max: 2048, httpsUnlessLoopback: bank.switches.strict });
    const passThroughInfo = fields.text('passThroughInfo', { required: false, max: 2048 });
    const key = `${call.client.clientId}/${registrationRequestId}`;
    const bodyHash = bank.book.hash(bodyText);
    const before = bank.book.registration(key);
    if (before !== undefined) return { body: before.bodyHash === bodyHash ? success({}) : answerOf('REPEAT_REQ_INCONSISTENT') };
    const now = bank.clock.nowMs();
    const pending = ofMerchant(bank, call, { referenceMerchantId, referenceStoreId }).some(
        (row) => row.status === 'PENDING' && now - row.at < 30 * 60_000,
    );
    if (pending) return { body: answerOf('REPEAT_REGISTRATION') };
    const row: RegistrationRow = {
        key,
        clientId: call.client.clientId,
        registrationRequestId,
        referenceMerchantId,
        referenceStoreId,
        bodyHash,
        at: now,
        status: 'PENDING',
        rejectReasons: [],
        psps: [],
        ...(notifyUrl === undefined ? {} : { notifyUrl }),
        ...(passThroughInfo === undefined ? {} : { passThroughInfo }),
        merchantInfo: fields.at('merchantInfo'),
        storeInfo: fields.at('storeInfo'),
        productCodes: codes,
    };
    bank.commit({ registrations: [row] });
    return { body: success({}) };
}

function readStore(fields: Fields): string {
    if (fields.at('storeInfo') === undefined) throw new IllegalField('storeInfo', 'is missing');
    const referenceStoreId = fields.text('storeInfo.referenceStoreId', { required: true, max: 32 });
    if (fields.at('storeInfo.storeMCC') !== undefined) fields.text('storeInfo.storeMCC', mcc);
    return referenceStoreId;
}

function ofMerchant(
    bank: Bank,
    call: AmsCall,
    named: { referenceMerchantId: string; referenceStoreId?: string | undefined },
): RegistrationRow[] {
    return bank.book
        .registrations()
        .filter(
            (row) =>
                row.clientId === call.client.clientId &&
                row.referenceMerchantId === named.referenceMerchantId &&
                (named.referenceStoreId === undefined || row.referenceStoreId === named.referenceStoreId),
        );
}

export function inquiryRegistrationStatus(bank: Bank, call: AmsCall): AmsAnswer {
    const registrationRequestId = call.fields.text('registrationRequestId', { ...idRule, required: false });
    const referenceMerchantId = call.fields.text('referenceMerchantId', { ...idRule, required: registrationRequestId === undefined });
    const referenceStoreId = call.fields.text('referenceStoreId', { required: false, max: 32 });
    const row =
        registrationRequestId !== undefined
            ? bank.book.registration(`${call.client.clientId}/${registrationRequestId}`)
            : ofMerchant(bank, call, { referenceMerchantId: referenceMerchantId ?? '', referenceStoreId }).at(-1);
    if (row === undefined || (referenceMerchantId !== undefined && row.referenceMerchantId !== referenceMerchantId)) {
        return { body: answerOf('RECORD_NOT_FOUND') };
    }
    return { body: success(statusFields(row)) };
}

export function inquiryRegistrationInfo(bank: Bank, call: AmsCall): AmsAnswer {
    const referenceMerchantId = call.fields.text('referenceMerchantId', { ...idRule, required: true });
    const referenceStoreId = call.fields.text('referenceStoreId', { required: false, max: 32 });
    const row = ofMerchant(bank, call, { referenceMerchantId, referenceStoreId })
        .filter((one) => one.status === 'COMPLETED')
        .at(-1);
    if (row === undefined) return { body: answerOf('RECORD_NOT_FOUND') };
    return { body: success({ merchantInfo: row.merchantInfo, storeInfo: row.storeInfo, productCodes: row.productCodes }) };
}

function statusFields(row: RegistrationRow): Readonly<Record<string, unknown>> {
    return {
        referenceMerchantId: row.referenceMerchantId,
        registrationRequestId: row.registrationRequestId,
        referenceStoreId: row.referenceStoreId,
        registrationResult: {
            registrationStatus: row.status,
            ...(row.rejectReasons.length === 0 ? {} : { rejectReasons: row.rejectReasons }),
        },
        ...(row.psps.length === 0
            ? {}
            : {
                  pspRegistrationResultList: row.psps.map((psp) => ({
                      pspName: psp.pspName,
                      registrationResult: {
                          registrationStatus: psp.status,
                          ...(psp.rejectReasons.length === 0 ? {} : { rejectReasons: psp.rejectReasons }),
                      },
                  })),
              }),
    };
}

export interface Decision {
    readonly status: RegistrationRow['status'];
    readonly rejectReasons?: readonly string[] | undefined;
    readonly psps?: RegistrationRow['psps'] | undefined;
}

/** What an administrator, or the time, makes of a registration; its merchant is notified. */
export function decideRegistration(bank: Bank, row: RegistrationRow, decision: Decision): RegistrationRow {
    const decided: RegistrationRow = {
        ...row,
        status: decision.status,
        rejectReasons: decision.rejectReasons ?? [],
        psps: decision.psps ?? row.psps,
    };
    const change: Change = {
        registrations: [decided],
        ...(decided.notifyUrl === undefined ? {} : { notices: [noticeOf(bank, decided, decided.notifyUrl)] }),
    };
    bank.commit(change);
    return decided;
}

function noticeOf(bank: Bank, row: RegistrationRow, url: string): NoticeRow {
    const body = { ...statusFields(row), ...(row.passThroughInfo === undefined ? {} : { passThroughInfo: row.passThroughInfo }) };
    return {
        id: `N${randomToken(bank.chance, 20)}`,
        kind: 'registration',
        clientId: row.clientId,
        url,
        about: row.registrationRequestId,
        body: JSON.stringify(body),
        dueAt: bank.clock.nowMs(),
        state: 'due',
        attempts: 0,
        sends: [],
    };
}
