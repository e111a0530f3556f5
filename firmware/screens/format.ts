/** Format: amounts, numbers and times of day as a language writes them. Pure: language, currency and zone are given. */
import type { Amount } from '../ports/amount.ts';
import { exponentOf } from '../sale/money.ts';

/** How a currency is written: with its sign (`€1.50`), or with its code for displays that have no such sign (`EUR 1.50`). */
export type CurrencyStyle = 'symbol' | 'code';

// An Intl formatter costs milliseconds to make and microseconds to use.
const numberFormats = new Map<string, Intl.NumberFormat>();
const countFormats = new Map<string, Intl.NumberFormat>();
const timeFormats = new Map<string, Intl.DateTimeFormat>();

/** An amount in major units, exact for every value: the digits are moved as text, never through a float. */
export function formatAmount(amount: Amount, locale: string, style: CurrencyStyle = 'symbol'): string {
    const exponent = exponentOf(amount.currency) ?? 0;
    const name = `${locale}/${amount.currency}/${style}`;
    let format = numberFormats.get(name);
    if (format === undefined) {
        format = new Intl.NumberFormat(locale, {
            style: 'currency',
            currency: amount.currency,
            currencyDisplay: style,
            minimumFractionDigits: exponent,
            maximumFractionDigits: exponent,
        });
        numberFormats.set(name, format);
    }
    return format.format(majorOf(amount, exponent));
}

/** An amount as somebody types it: digits and the language's own decimal sign, nothing else. */
export function formatPlain(amount: Amount, locale: string): string {
    const exponent = exponentOf(amount.currency) ?? 0;
    return new Intl.NumberFormat(locale, {
        minimumFractionDigits: exponent,
        maximumFractionDigits: exponent,
        useGrouping: false,
        numberingSystem: 'latn',
    }).format(majorOf(amount, exponent));
}

function majorOf({ value }: Amount, exponent: number): Intl.StringNumericLiteral {
    const digits = value.padStart(exponent + 1, '0');
    return (exponent === 0 ? digits : `${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`) as Intl.StringNumericLiteral;
}

/** A whole number, such as how many items follow. */
export function formatCount(count: number, locale: string): string {
    let format = countFormats.get(locale);
    if (format === undefined) {
        format = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
        countFormats.set(locale, format);
    }
    return format.format(count);
}

/** The time of day at a zone, to the minute (rounded down: a code is never called valid for longer than it is) or to the second. */
export function formatTime(moment: { at: number; seconds?: boolean }, place: { locale: string; timeZone: string }): string {
    const name = `${place.locale}/${place.timeZone}/${moment.seconds === true}`;
    let format = timeFormats.get(name);
    if (format === undefined) {
        format = new Intl.DateTimeFormat(place.locale, {
            hour: '2-digit',
            minute: '2-digit',
            ...(moment.seconds === true ? { second: '2-digit' } : {}),
            hourCycle: 'h23',
            timeZone: place.timeZone,
        });
        timeFormats.set(name, format);
    }
    return format.format(moment.at);
}
