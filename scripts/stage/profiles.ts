/**
 * Profiles: what the kiosk on the stage may become. Each is a file of config/profiles, a starting point for a real installation; here
 * virtual devices and the sandbox gateway are laid over it by environment variables, and nothing else of it changes.
 */
import { join } from 'node:path';
import { clientId, type Places } from '../demo/ground.ts';
import { root } from '../house/programs.ts';

export interface Profile {
    readonly name: string;
    readonly title: string;
    /** One sentence for somebody who has to choose. */
    readonly text: string;
    /** Device blocks that take the place of the file's. */
    readonly devices: Readonly<Record<'scanner' | 'display' | 'dispenser' | 'panel', Readonly<Record<string, unknown>>>>;
}

const [virtual, none] = [{ type: 'virtual' }, { type: 'none' }];

/** The first is what a newcomer sees. */
export const profiles: readonly Profile[] = [
    {
        name: 'vending',
        title: 'Vending machine',
        text: 'Six slots, a keypad and an upright colour display. It hands the goods out, and gives the money back when nothing came out.',
        devices: {
            scanner: virtual,
            display: { type: 'virtual', form: 'svg', width: 480, height: 800, depth: 24 },
            dispenser: { type: 'virtual', stockEach: 12, moveMs: 900 },
            panel: virtual,
        },
    },
    {
        name: 'stand',
        title: 'Market stand',
        text: 'Somebody hands the goods over. A small black and white panel, amounts typed on the phone, sales opened by a till over the API.',
        devices: {
            scanner: virtual,
            display: { type: 'virtual', form: 'pixels', width: 400, height: 300, depth: 1 },
            dispenser: none,
            panel: none,
        },
    },
    {
        name: 'self-service',
        title: 'Self-service terminal',
        text: 'A large touch screen and no keys: customers choose on the glass, pay there, and fetch what they bought at the counter.',
        devices: {
            scanner: virtual,
            display: { type: 'virtual', form: 'svg', width: 1280, height: 800, depth: 24, touch: true },
            dispenser: none,
            panel: none,
        },
    },
];

export function profileNamed(name: string): Profile | undefined {
    return profiles.find((profile) => profile.name === name);
}

export function configFileOf(profile: Profile): string {
    return join(root, 'config', 'profiles', `${profile.name}.yaml`);
}

/**
 * What is laid over a profile's file.
 *
 * @param order.lang the language that its screen begins with. @param order.ports of 127.0.0.1.
 */
export function stageEnvironment(order: {
    profile: Profile;
    places: Places;
    lang: string;
    ports: { readonly kiosk: number; readonly sandbox: number; readonly stage: number; readonly gateway: number };
}): Record<string, string> {
    const { profile, places, ports } = order;
    const [kiosk, sandbox, stage, gateway] = [ports.kiosk, ports.sandbox, ports.stage, ports.gateway].map(
        (port) => `http://127.0.0.1:${port}`,
    );
    const devices = Object.entries(profile.devices).map(([kind, block]) => [`TILL_${kind.toUpperCase()}`, JSON.stringify(block)]);
    return {
        ...Object.fromEntries(devices),
        TILL_KIOSK__DATA_DIR: places.kiosk,
        TILL_KIOSK__LOCALE: order.lang,
        TILL_GATEWAY__URL: `${gateway}`,
        TILL_GATEWAY__CLIENT_ID: clientId,
        TILL_GATEWAY__PRIVATE_KEY_FILE: places.merchantKey,
        TILL_GATEWAY__GATEWAY_PUBLIC_KEY_FILES: JSON.stringify([places.gatewayPublicKey]),
        TILL_GATEWAY__NOTIFY_URL: `${kiosk}/ams/notify`,
        TILL_API__LISTEN: `127.0.0.1:${ports.kiosk}`,
        // This machine only, so the entry page may share the API's listener; the file's own listener goes.
        TILL_RELAY: JSON.stringify({ mode: 'embedded', publicUrl: kiosk }),
        TILL_PAGE: JSON.stringify({ sandbox, stage }),
    };
}
