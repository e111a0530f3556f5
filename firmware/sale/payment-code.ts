/** Payment codes: tells a wallet's code from everything else that a scanner may read, without asking anybody (protocol §10.1). */

export type CodeClass = 'wallet' | 'wechat' | 'unionpay' | 'emv-cpm' | 'link' | 'product' | 'other';
export type ClassifiedScan = { readonly codeClass: CodeClass; readonly code?: string };
