/**
 * Payment codes: tells a wallet's code from everything else that a scanner may read, without asking anybody (protocol §10.1).
 *
 * Rules: which wallet a code belongs to is the gateway's to say; here only what is surely no payment code of ours is sorted out, so
 * that the customer gets a kind sentence and nothing goes over the network.
 */

export type CodeClass = 'wallet' | 'wechat' | 'unionpay' | 'emv-cpm' | 'link' | 'product' | 'other';
/** `code` stands there for the class `wallet` alone: the digits to send, a credential. */
export type ClassifiedScan = { readonly codeClass: CodeClass; readonly code?: string };

/** 16 to 24 digits that start with 25–30: AlipayCN, AlipayHK and every Alipay+ wallet. */
const walletPattern = /^(?:2[5-9]|30)\d{14,22}$/;
const wechatPattern = /^1[0-5]\d{16}$/;
const unionpayPattern = /^62\d{17}$/;
/** Base64 of the tag 85 with "CPV01" (EMVCo consumer-presented mode, protocol §10.4). */
const emvCpmPattern = /^hQVDUFYwM/;
/** Any scheme, such as `https:`, `weixin:` or `alipays:`, or an address that a person would type. */
const linkPattern = /^(?:[a-z][a-z0-9+.-]*:\/\/|www\.|mailto:|tel:|wifi:)/i;
/** Symbology identifier of ISO/IEC 15424: `]`, a letter, a modifier. */
const aimPrefix = /^\][A-Za-z][0-9A-Za-z]/;

/** Sorts a scanned text by what it can be. Takes the text as a scanner gives it: AIM prefix, spaces and line ends are left out here. */
export function classifyScan(text: string): ClassifiedScan {
    const bare = withoutSpace(text).replace(aimPrefix, '');
    if (walletPattern.test(bare)) return { codeClass: 'wallet', code: bare };
    if (wechatPattern.test(bare)) return { codeClass: 'wechat' };
    if (unionpayPattern.test(bare)) return { codeClass: 'unionpay' };
    if (emvCpmPattern.test(bare)) return { codeClass: 'emv-cpm' };
    if (linkPattern.test(bare)) return { codeClass: 'link' };
    if (isProduct(bare)) return { codeClass: 'product' };
    return { codeClass: 'other' };
}

/** Leaves out white space and control characters wherever they stand: codes are printed in groups, and scanners add their own ends. */
function withoutSpace(text: string): string {
    let bare = '';
    for (const character of text) {
        const point = character.codePointAt(0)!;
        if (point > 0x20 && point !== 0x7f && point !== 0xa0 && point !== 0xfeff) bare += character;
    }
    return bare;
}

/** EAN-13, UPC-A, EAN-8, GTIN-14 by their check digit, and UPC-E by the check digit of the UPC-A that it shortens (GS1 General Specifications §7.9). */
function isProduct(digits: string): boolean {
    if (!/^\d+$/.test(digits)) return false;
    switch (digits.length) {
        case 8:
            return checkDigitFits(digits) || (/^[01]/.test(digits) && checkDigitFits(expandUpcE(digits)));
        case 12:
        case 13:
        case 14:
            return checkDigitFits(digits);
        default:
            return false;
    }
}

/** GS1's modulo 10: weights 3, 1, 3 … counted from the digit before the check digit. */
function checkDigitFits(digits: string): boolean {
    let sum = 0;
    for (let index = 0; index < digits.length; index += 1) {
        const weight = (digits.length - 1 - index) % 2 === 0 ? 1 : 3;
        sum += weight * Number(digits[index]);
    }
    return sum % 10 === 0;
}

/** The UPC-A of an eight-digit UPC-E: number system, six digits, check digit. */
function expandUpcE(digits: string): string {
    const [system, a, b, c, d, e, f, check] = digits as unknown as [string, string, string, string, string, string, string, string];
    switch (f) {
        case '0':
        case '1':
        case '2':
            return `${system}${a}${b}${f}0000${c}${d}${e}${check}`;
        case '3':
            return `${system}${a}${b}${c}00000${d}${e}${check}`;
        case '4':
            return `${system}${a}${b}${c}${d}00000${e}${check}`;
        default:
            return `${system}${a}${b}${c}${d}${e}0000${f}${check}`;
    }
}
