/**
 * Amount: money as it stands in records and on the wire: a currency and a whole number of its smallest unit, as a string.
 *
 * Source: protocol §3.2. The arithmetic is in firmware/sale/money.ts.
 */
export interface Amount {
    /** ISO 4217, three capitals. */
    readonly currency: string;
    /** `0` or a positive integer without leading zeros. */
    readonly value: string;
}
