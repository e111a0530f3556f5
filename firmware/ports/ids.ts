/** Ids: the only source of chance. */

export interface Ids {
    /** A fresh word of 26 Crockford base-32 characters (130 random bits), for ids that nobody else can have made. */
    nonce(): string;
}
