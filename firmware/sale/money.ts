/**
 * Money: whole numbers of a currency's smallest unit, never fractions (protocol §3.2).
 *
 * Values travel as strings (Amount) and are computed as safe integers: at most 2^53 − 1 minor units.
 */
import type { Amount } from '../ports/amount.ts';

/** Digits behind the point, from the gateway's published table. A currency that is not here is not sold in. */
const exponents: Readonly<Record<string, number>> = {
    JPY: 0,
    KRW: 0,
    VND: 0,
    CLP: 0,
    AUD: 2,
    BDT: 2,
    BRL: 2,
    CAD: 2,
    CNY: 2,
    EUR: 2,
    GBP: 2,
    HKD: 2,
    IDR: 2,
    MXN: 2,
    MYR: 2,
    NZD: 2,
    PEN: 2,
    PHP: 2,
    PKR: 2,
    PLN: 2,
    SGD: 2,
    THB: 2,
    TWD: 2,
    USD: 2,
};

/** The smallest step of a currency in minor units, where it is more than one: IDR is sold in whole rupiah. */
const steps: Readonly<Record<string, number>> = { IDR: 100 };

export const currencies: readonly string[] = Object.keys(exponents);

/** Digits behind the point of a currency; undefined when the gateway's table does not have it. */
export function exponentOf(currency: string): number | undefined {
    return Object.hasOwn(exponents, currency) ? exponents[currency] : undefined;
}

/** The minor units of a canonical value; undefined when it is not `0` or a positive whole number within 2^53 − 1. */
export function minorOf(value: string): number | undefined {
    if (!/^(0|[1-9][0-9]{0,15})$/.test(value)) return undefined;
    const minor = Number(value);
    return Number.isSafeInteger(minor) ? minor : undefined;
}

/** The minor units of an amount that is already part of a sale. */
export function minor(amount: Amount): number {
    const value = minorOf(amount.value);
    if (value === undefined) throw new Error('an amount inside a sale must be a whole number of minor units');
    return value;
}

export function amountOf(currency: string, minorUnits: number): Amount {
    if (!Number.isSafeInteger(minorUnits) || minorUnits < 0) throw new Error('minor units must be a whole number from 0 up');
    return { currency, value: String(minorUnits) };
}

/** Same currency and same value: what R9 compares. */
export function sameAmount(one: Amount, other: Amount): boolean {
    return one.currency === other.currency && one.value === other.value;
}

/** Why an amount cannot be charged, as a sentence; undefined when it can. */
export function chargeProblem(amount: Amount, currency: string): string | undefined {
    if (amount.currency !== currency) return `This kiosk sells in ${currency}, not in ${amount.currency.slice(0, 8)}.`;
    const value = minorOf(amount.value);
    if (value === undefined || value === 0) return 'The amount must be a whole number of minor units from 1 up, as a string.';
    const step = steps[currency] ?? 1;
    if (value % step !== 0) return `An amount in ${currency} must be a multiple of ${step} minor units.`;
    return undefined;
}

/** Minor units from what a person typed in major units: `^\d{1,7}([.,]\d{1,e})?$` (design §4); undefined when it is not that. */
export function minorFromTyped(typed: string, currency: string): number | undefined {
    const exponent = exponentOf(currency);
    if (exponent === undefined) return undefined;
    const match = exponent === 0 ? /^(\d{1,7})$/.exec(typed) : new RegExp(`^(\\d{1,7})(?:[.,](\\d{1,${exponent}}))?$`).exec(typed);
    if (match === null) return undefined;
    return Number(match[1]) * 10 ** exponent + Number((match[2] ?? '').padEnd(exponent, '0') || '0');
}
