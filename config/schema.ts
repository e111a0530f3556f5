/**
 * Schema: every block and key of a kiosk's configuration with its bounds, default and a sentence. The published JSON Schema and
 * docs/config.md are made from it.
 *
 * Rules: unknown keys are errors; secrets stand in files, which are named here; what several keys say together is in cross-checks.ts.
 */
import * as v from 'valibot';
import { timingEntries } from './timing.ts';
import {
    amount,
    block,
    categoryCode,
    currency,
    duration,
    id,
    listenAddress,
    path,
    price,
    text,
    webAddress,
    wholeNumber,
    word,
} from './values.ts';

/** What the drivers' registry tells about each kind of device: its types with their schemas. */
export type DeviceSchemas = Readonly<
    Record<DeviceKind, Readonly<Record<string, { readonly schema: v.GenericSchema; readonly summary: string }>>>
>;
export type DeviceKind = 'scanner' | 'display' | 'dispenser' | 'panel';

/** A device's block after its driver's schema has checked it. */
export interface DeviceConfig {
    readonly type: string;
    readonly [key: string]: unknown;
}

export const modes = ['payment-code', 'order-code', 'entry-code'] as const;

const languageTag = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/;

const kiosk = block('This machine.', {
    id: id('Name of this kiosk: `storeTerminalId` for the gateway, part of the entry page’s address.'),
    locale: v.optional(
        word({
            description: 'Language of the screen before a customer chooses.',
            pattern: languageTag,
            sentence: 'must be a language tag such as en or zh-Hans.',
        }),
        'en',
    ),
    locales: v.optional(
        v.pipe(
            v.array(
                word({ description: 'A language.', pattern: languageTag, sentence: 'must be a language tag such as en or zh-Hans.' }),
                'must be a list of language tags.',
            ),
            v.maxLength(16, 'must name at most 16 languages.'),
            v.description('Languages that the language key goes through after `locale`.'),
        ),
        [],
    ),
    timeZone: v.optional(
        v.pipe(
            v.string('must be a time zone such as Europe/Berlin.'),
            v.check(isTimeZone, 'must be a time zone such as Europe/Berlin.'),
            v.description("Time zone of the times on the screen; the system's when left out."),
        ),
    ),
    currency: currency('Currency of every price and payment.'),
    modes: v.pipe(
        v.array(v.picklist(modes, `must be one of ${modes.join(', ')}.`), `must be a list of modes: ${modes.join(', ')}.`),
        v.minLength(1, 'must name at least one mode.'),
        v.check((list) => new Set(list).size === list.length, 'must name each mode once.'),
        v.description('Ways to pay: the customer shows a code, scans the code on the screen, or scans the printed entry code.'),
    ),
    dataDir: v.optional(path('Folder of the journal and everything else that must survive.'), './data'),
});

const merchant = block('The merchant as the gateway knows it (protocol §4.1).', {
    id: id('`referenceMerchantId`.'),
    name: text('Name of the merchant.', 128),
    displayName: v.optional(text('Name that customers see, where it is another one.', 128)),
    mcc: categoryCode('Merchant category code.'),
    store: block('The store that this kiosk belongs to.', {
        id: id('`referenceStoreId`.', 32),
        name: text('Name of the store; customers see it as the seller.', 128),
        mcc: categoryCode("The store's category code."),
    }),
});

const alert = block('Where alarms go: a webhook or a program. Without it they wait in the API and the journal.', {
    url: v.optional(webAddress('Webhook: each alert is a POST with a JSON body.')),
    command: v.optional(
        v.pipe(
            v.array(text('Program or argument.', 1000), 'must be a list: the program, then its arguments.'),
            v.minLength(1, 'must begin with the program.'),
            v.maxLength(32, 'must have at most 32 parts.'),
            v.description('Program with its arguments, started without a shell; it gets the alert as JSON on its standard input.'),
        ),
    ),
    after: v.optional(
        duration({
            description: 'How long money may be on its way back before it is an alarm; sets `timing.alertAfter`.',
            minMs: 0,
            maxMs: 604_800_000,
        }),
    ),
});

const operator = block('Who answers for this machine. Customers may see it; required with a production client id.', {
    name: text('Name of the operator.', 128),
    address: text('Postal address.', 256),
    phone: text('Telephone number that is answered.', 64),
    alert: v.optional(alert),
});

const gateway = block('The payment gateway and the keys (protocol §1, §12).', {
    url: webAddress('Host of the gateway, as given with the credentials; `http:` only on this machine.'),
    clientId: word({
        description: 'Client id; one that begins with SANDBOX_ uses the sandbox paths.',
        pattern: /^[A-Za-z0-9_]{1,64}$/,
        sentence: 'must be the client id of the dashboard: letters, digits and "_".',
    }),
    keyVersion: v.optional(wholeNumber({ description: 'Version of the key pair that signs requests.', min: 1, max: 1_000_000 }), 1),
    privateKeyFile: path("The merchant's private key: PKCS#8 or PKCS#1, PEM or bare base64."),
    gatewayPublicKeyFiles: v.pipe(
        v.array(path('A public key of the gateway.'), 'must be a list of files.'),
        v.minLength(1, 'must name at least one public key of the gateway; the dashboard shows it.'),
        v.maxLength(8, 'must name at most 8 files.'),
        v.description('Public keys that may sign answers; two while the gateway changes its key.'),
    ),
    notifyUrl: webAddress('Address of this merchant that the gateway sends results to; its path is answered by the relay.'),
    settlementCurrency: word({
        description: 'Currency of the settlement contract.',
        pattern: /^[A-Z]{3}$/,
        sentence: 'must be a currency of three capitals, such as EUR.',
    }),
    merchantRegion: v.optional(
        word({
            description: 'Region of the merchant, where the contract asks for it.',
            pattern: /^[A-Z]{2}$/,
            sentence: 'must be a region of two capitals, such as SG.',
        }),
    ),
});

const catalogEntry = block('Something that is sold.', {
    slot: id("Slot of the dispenser, or the goods' number.", 32),
    name: v.pipe(
        v.record(
            v.pipe(v.string(), v.regex(languageTag, 'must be a language tag such as en or zh-Hans.')),
            text('Name in that language.', 64),
            'must be names by language, such as { en: Water }.',
        ),
        v.check((names) => Object.keys(names).length > 0, 'must have a name in at least one language.'),
        v.description('Names by language tag.'),
    ),
    price: price('Price in the smallest unit.'),
});

const entry = block('Limits of the entry-code page.', {
    min: v.optional(price('Least amount that a customer may type, in the smallest unit.'), '1'),
    max: v.optional(price('Largest amount that a customer may type, in the smallest unit.'), '50000'),
    openMax: v.optional(wholeNumber({ description: 'Entry-code sales under way at once.', min: 1, max: 20 }), 5),
    tokenKeyFile: v.optional(path('Key that signs the `?t=` token of the page’s address; with it the page refuses addresses without one.')),
});

const api = block('The local HTTP interface: sales, events, metrics.', {
    listen: v.optional(listenAddress('Where it listens.'), '127.0.0.1:8080'),
    tokenFile: v.optional(path('File with the bearer token that callers from other machines must send.')),
    hosts: v.optional(
        v.pipe(
            v.array(
                word({ description: 'A name.', pattern: /^[A-Za-z0-9.-]{1,253}$/, sentence: 'must be a host name without port.' }),
                'must be a list of host names.',
            ),
            v.maxLength(32, 'must name at most 32 hosts.'),
            v.description('Further names under which callers may reach it (the Host header); addresses and localhost always may.'),
        ),
        [],
    ),
});

const relay = block('The part that faces the internet: notifications and the entry-code page.', {
    mode: v.optional(
        v.pipe(
            v.picklist(['embedded', 'remote', 'none'], 'must be embedded, remote or none.'),
            v.description('`embedded`: in this process; `none`: results are learned by inquiry alone.'),
        ),
        'none',
    ),
    publicUrl: v.optional(webAddress('Address under which wallets reach the entry page.')),
    listen: v.optional(listenAddress('A listener of its own, which a tunnel or proxy may lead to.')),
});

const sale = block('How a sale goes.', {
    triesMax: v.optional(wholeNumber({ description: 'Payments that a customer may try in one sale.', min: 1, max: 20 }), 3),
    description: v.optional(text("`orderDescription`: what the wallet shows for a purchase; the store's name when left out.", 256)),
});

const doubt = block('What happens when nobody knows whether something came out (a power cut while the motor turned).', {
    refundBelow: v.optional(amount('Goods below this price are paid back without a person; dearer ones are listed for review.'), '500'),
    perSlotDay: v.optional(wholeNumber({ description: 'Such refunds a slot and day.', min: 0, max: 1000 }), 2),
    perDay: v.optional(wholeNumber({ description: 'Such refunds a day in all.', min: 0, max: 1000 }), 3),
});

const mark = block('An acceptance mark.', {
    name: text('The wallet’s name, read aloud.', 64),
    file: path('PNG or SVG, at most 64 KiB.'),
});

const page = block('The page of a kiosk with virtual devices: the other programs on this machine that it talks to.', {
    sandbox: v.optional(
        webAddress(
            'The sandbox gateway with its wallets; `gateway.url` when left out and that is on this machine. Only an address of this machine.',
        ),
    ),
    stage: v.optional(webAddress('The program that holds the plug of this kiosk (`npm start`). Only an address of this machine.')),
});

const log = block('Log lines, in JSON, one a line.', {
    level: v.optional(
        v.pipe(
            v.picklist(['debug', 'info', 'warn', 'error'], 'must be debug, info, warn or error.'),
            v.description('Least level that is written.'),
        ),
        'info',
    ),
});

/** The whole configuration; the device blocks are checked with the drivers' own schemas. */
export function configSchema(devices: DeviceSchemas) {
    return v.strictObject(
        {
            kiosk,
            merchant,
            operator: v.optional(operator),
            gateway,
            scanner: device(devices, 'scanner', 'Reads the payment code of the customer.'),
            display: device(devices, 'display', 'Shows the order code and what to do.'),
            dispenser: device(devices, 'dispenser', 'Hands the goods out.'),
            panel: device(devices, 'panel', 'Lamps and keys.'),
            catalog: v.optional(
                v.pipe(
                    v.array(catalogEntry, 'must be a list of { slot, name, price }.'),
                    v.maxLength(1000, 'must have at most 1000 entries.'),
                    v.description('What is sold by slot.'),
                ),
                [],
            ),
            entry: v.optional(entry, {}),
            api: v.optional(api, {}),
            relay: v.optional(relay, {}),
            sale: v.optional(sale, {}),
            doubt: v.optional(doubt, {}),
            goodwill: v.optional(
                amount('The most that is given back beyond what is owed, where the gateway refuses partial refunds.'),
                '0',
            ),
            timing: v.optional(block('Every wait. Whole milliseconds or "500ms", "90s", "10m", "2h".', timingEntries), {}),
            marks: v.optional(
                v.pipe(
                    v.array(mark, 'must be a list of { name, file }.'),
                    v.maxLength(8, 'must name at most 8 marks.'),
                    v.description('Acceptance marks of the wallets, with the artwork that your acquirer supplies.'),
                ),
                [],
            ),
            page: v.optional(page, {}),
            log: v.optional(log, {}),
        },
        'must be blocks of keys: kiosk, merchant, gateway and so on.',
    );
}

/** A device block: one of the driver's types by `type`, or nothing at all. */
function device(devices: DeviceSchemas, kind: DeviceKind, description: string) {
    const types = Object.keys(devices[kind]).join(', ');
    const options = Object.values(devices[kind]).map((driver) => v.pipe(driver.schema, v.description(driver.summary)));
    const schema = v.variant('type', options as never, `must have a type that this version knows: ${types}.`);
    const typed = schema as unknown as v.GenericSchema<DeviceConfig, DeviceConfig>;
    return v.optional(v.pipe(typed, v.description(description)), { type: 'none' });
}

function isTimeZone(name: string): boolean {
    try {
        new Intl.DateTimeFormat('en', { timeZone: name });
        return true;
    } catch {
        return false;
    }
}

/** What the schema gives; `Config` in load.ts adds where it was read from. */
export type ConfigBlocks = v.InferOutput<ReturnType<typeof configSchema>>;
