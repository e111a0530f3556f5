/** Keys: under which words the journal's index finds a record again, once its sale has left the state (design §5). */

const fields: Readonly<Record<string, string>> = {
    saleId: 'sale',
    paymentRequestId: 'payment',
    claim: 'claim',
    reference: 'reference',
    token: 'token',
};

export function keysOf(record: { readonly [field: string]: unknown }): readonly string[] {
    const keys: string[] = [];
    for (const [field, kind] of Object.entries(fields)) {
        const value = record[field];
        if (typeof value === 'string') keys.push(`${kind}:${value}`);
    }
    const key = record.key;
    if (typeof key === 'object' && key !== null && typeof (key as { key?: unknown }).key === 'string') {
        keys.push(`key:${(key as { key: string }).key}`);
    }
    return keys;
}
