/**
 * Money of the sandbox: amounts on the wire, exponents, conversion into a wallet's currency.
 *
 * Kept apart from the till's own arithmetic on purpose: a mistake there must not be mirrored here. Source: protocol §3.2, §3.3.
 */
import type { Amount } from '../../firmware/ports/amount.ts';

/** Decimals and ISO 4217 numeric code of every currency that the published table or its samples name. */
const currencies: Readonly<Record<string, { readonly decimals: number; readonly numeric: string }>> = {
    AUD: { decimals: 2, numeric: '036' },
    BDT: { decimals: 2, numeric: '050' },
    BRL: { decimals: 2, numeric: '986' },
    CAD: { decimals: 2, numeric: '124' },
    CLP: { decimals: 0, numeric: '152' },
    CNY: { decimals: 2, numeric: '156' },
    EUR: { decimals: 2, numeric: '978' },
    GBP: { decimals: 2, numeric: '826' },
    HKD: { decimals: 2, numeric: '344' },
    IDR: { decimals: 2, numeric: '360' },
    JPY: { decimals: 0, numeric: '392' },
    KRW: { decimals: 0, numeric: '410' },
    MOP: { decimals: 2, numeric: '446' },
    MXN: { decimals: 2, numeric: '484' },
    MYR: { decimals: 2, numeric: '458' },
    NZD: { decimals: 2, numeric: '554' },
    PEN: { decimals: 2, numeric: '604' },
    PHP: { decimals: 2, numeric: '608' },
    PKR: { decimals: 2, numeric: '586' },
    PLN: { decimals: 2, numeric: '985' },
    SGD: { decimals: 2, numeric: '702' },
    THB: { decimals: 2, numeric: '764' },
    TRY: { decimals: 2, numeric: '949' },
    TWD: { decimals: 2, numeric: '901' },
    USD: { decimals: 2, numeric: '840' },
    VND: { decimals: 0, numeric: '704' },
};

export function isCurrency(code: string): boolean {
    return Object.hasOwn(currencies, code);
}

/** Decimals of a known currency. */
export function decimalsOf(currency: string): number {
    return currencies[currency]?.decimals ?? 2;
}

/** Why an amount may not be charged, or undefined when it may; the word is the field of the Amount. */
export function amountProblem(amount: Amount): 'currency' | 'value' | undefined {
    if (!isCurrency(amount.currency)) return 'currency';
    if (!/^[1-9][0-9]{0,15}$/.test(amount.value)) return 'value';
    if (amount.currency === 'IDR' && !amount.value.endsWith('00')) return 'value';
    return undefined;
}

/** Whole minor units, from what stands in a row. */
export function minor(amount: Amount): bigint {
    return BigInt(amount.value);
}

export function amountOf(currency: string, value: bigint): Amount {
    return { currency, value: value.toString() };
}

export interface Quote {
    /** Numeric ISO codes, such as `978/156`: one major unit of the first is worth `quotePrice` major units of the second. */
    readonly quoteCurrencyPair: string;
    readonly quotePrice: string;
}

/** What a wallet of another currency pays for `amount`, rounded half up; undefined when there is no rate. Rates are by pair, such as `EUR/CNY`. */
export function convert(
    amount: Amount,
    into: string,
    rates: Readonly<Record<string, string>>,
): { actual: Amount; quote: Quote } | undefined {
    const price = rates[`${amount.currency}/${into}`];
    if (price === undefined) return undefined;
    const [whole = '0', fraction = ''] = price.split('.');
    const shift = decimalsOf(into) - decimalsOf(amount.currency) - fraction.length;
    const product = minor(amount) * BigInt(whole + fraction);
    const value = shift >= 0 ? product * 10n ** BigInt(shift) : divideHalfUp(product, 10n ** BigInt(-shift));
    const numeric = (currency: string) => currencies[currency]?.numeric ?? currency;
    return {
        actual: amountOf(into, value),
        quote: { quoteCurrencyPair: `${numeric(amount.currency)}/${numeric(into)}`, quotePrice: price },
    };
}

function divideHalfUp(dividend: bigint, divisor: bigint): bigint {
    return (dividend * 2n + divisor) / (divisor * 2n);
}

/** `12.34 EUR`, for a person. */
export function printed(amount: Amount): string {
    const decimals = decimalsOf(amount.currency);
    const negative = amount.value.startsWith('-');
    const digits = (negative ? amount.value.slice(1) : amount.value).padStart(decimals + 1, '0');
    const text = decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
    return `${negative ? '-' : ''}${text} ${amount.currency}`;
}
