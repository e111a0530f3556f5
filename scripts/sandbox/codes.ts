/**
 * Codes: payment codes that the test wallets show, order codes, and the scripts that a code's ending or an amount selects.
 *
 * Rules: a shown code is valid for a minute and for one payment (protocol §10.1); it lives in memory only.
 */
import { type Chance, randomDigits, randomToken } from './chance.ts';
import type { WalletRow } from './rows.ts';
import type { Switches, TriggerName } from './switches.ts';
import { triggerNames } from './switches.ts';

const plausible = /^(2[5-9]|30)\d{14,22}$/;

export function isPlausibleCode(code: string): boolean {
    return plausible.test(code);
}

/** The script that a code's last four digits select, where that trigger is on. */
export function codeTrigger(code: string, switches: Switches): TriggerName | undefined {
    const ending = triggerNames.find((name) => name.startsWith('00') && code.endsWith(name));
    return ending === undefined || switches.triggersOff.includes(ending) || !isPlausibleCode(code) ? undefined : ending;
}

/** The script that an amount selects, where that trigger is on. */
export function amountTrigger(value: string, switches: Switches): TriggerName | undefined {
    const amount = triggerNames.find((name) => name.startsWith('99') && name === value);
    return amount === undefined || switches.triggersOff.includes(amount) ? undefined : amount;
}

/** A payment code of a wallet: 24 digits `CII 02 UIN`, or 18 beginning with 28; never one whose ending selects a script. */
function newPaymentCode(chance: Chance, wallet: WalletRow): string {
    for (;;) {
        const code = wallet.codeDigits === 24 ? `${wallet.cii}02${randomDigits(chance, 16)}` : `28${randomDigits(chance, 16)}`;
        if (!triggerNames.some((name) => code.endsWith(name))) return code;
    }
}

/** An order code in the gateway's shape, 59 characters (protocol §10.2). */
export function newOrderCode(chance: Chance): string {
    return `https://gqr.alipay.com/281017040012${randomToken(chance, 24)}`;
}

/** Where an entry-code page sends the wallet: a deep link into its cashier (protocol §4.4). */
export function deepLinkOf(orderCode: string): string {
    return `alipays://platformapi/startApp?appId=10000007&actionType=route&qrcode=${orderCode}`;
}

export interface ShownCode {
    readonly code: string;
    readonly wallet: string;
    /** Wall milliseconds of the virtual clock. */
    readonly shownAt: number;
    readonly expiresAt: number;
}

export class CodeDesk {
    readonly #chance: Chance;
    readonly #shown = new Map<string, ShownCode>();
    readonly #current = new Map<string, ShownCode>();

    constructor(chance: Chance) {
        this.#chance = chance;
    }

    /** A fresh code of a wallet. The one before stays valid until its minute is over. */
    show(wallet: WalletRow, when: { nowMs: number; validMs: number }): ShownCode {
        this.#forget(when.nowMs - 10 * when.validMs);
        let code = newPaymentCode(this.#chance, wallet);
        while (this.#shown.has(code)) code = newPaymentCode(this.#chance, wallet);
        const shown = { code, wallet: wallet.name, shownAt: when.nowMs, expiresAt: when.nowMs + when.validMs };
        this.#shown.set(code, shown);
        this.#current.set(wallet.name, shown);
        return shown;
    }

    /** What stands on the wallet's screen, if it is still of use; `used` tells whether a code was presented. */
    current(wallet: string, when: { nowMs: number; used: (code: string) => boolean }): ShownCode | undefined {
        const shown = this.#current.get(wallet);
        return shown === undefined || when.used(shown.code) || shown.expiresAt <= when.nowMs ? undefined : shown;
    }

    find(code: string): ShownCode | undefined {
        return this.#shown.get(code);
    }

    #forget(beforeMs: number): void {
        for (const [code, shown] of this.#shown) if (shown.expiresAt < beforeMs) this.#shown.delete(code);
    }
}
