/**
 * Settings: from the blocks of the configuration to what the client and the registration want to be opened with.
 *
 * The shape is a part of the configuration's; this room does not know the rest of it.
 */
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Network } from '../ports/network.ts';
import type { GatewayOptions } from './client.ts';
import type { Guesses } from './exchange.ts';
import { openKeys } from './key-files.ts';

export interface GatewaySettings {
    readonly kiosk: { readonly id: string };
    readonly merchant: {
        readonly id: string;
        readonly name: string;
        readonly mcc: string;
        readonly displayName?: string | undefined;
        readonly store: { readonly id: string; readonly name: string; readonly mcc: string };
    };
    readonly gateway: {
        readonly url: string;
        readonly clientId: string;
        readonly keyVersion: number;
        readonly privateKeyFile: string;
        readonly gatewayPublicKeyFiles: readonly string[];
        readonly notifyUrl: string;
        readonly settlementCurrency: string;
        readonly merchantRegion?: string | undefined;
    };
}

/** What a configuration does not say. Times in milliseconds. */
export interface GatewayParts {
    readonly network: Network;
    readonly clock: Clock;
    readonly payAnswerMs: number;
    readonly requestAnswerMs: number;
    readonly redirectUrl?: (saleId: string) => string;
    readonly guesses?: Partial<Guesses>;
    readonly log?: Log;
}

/** Reads the key files and puts the options of `openGateway` together. @throws Fault of kind `config`, see key-files.ts. */
export function gatewayOptions(settings: GatewaySettings, parts: GatewayParts): GatewayOptions {
    const { gateway, merchant, kiosk } = settings;
    const { displayName, store } = merchant;
    return {
        ...openKeys({ ...gateway, keyVersion: String(gateway.keyVersion) }),
        ...parts,
        url: gateway.url,
        clientId: gateway.clientId,
        kiosk: kiosk.id,
        merchant: { id: merchant.id, name: merchant.name, mcc: merchant.mcc, ...(displayName === undefined ? {} : { displayName }) },
        store: { id: store.id, name: store.name, mcc: store.mcc },
        notifyUrl: gateway.notifyUrl,
        settlementCurrency: gateway.settlementCurrency,
        ...(gateway.merchantRegion === undefined ? {} : { merchantRegion: gateway.merchantRegion }),
    };
}
