/**
 * Switches: the trouble that can be made, what each is to show, and how its real state is read from what kiosk, sandbox and stage say. Pure.
 *
 * Rules: a switch remembers nothing; it is on when the other side says so.
 */
import type { DispenserFault } from '../../ports/virtual.ts';
import type { SlotState, StandingFault } from '../wire.ts';

/** Everything that tells how the switches stand. */
export interface Seen {
    readonly faults: readonly StandingFault[];
    readonly slots: Readonly<Record<string, SlotState>>;
    readonly scannerPlugged: boolean | undefined;
    readonly diskFull: boolean | undefined;
    readonly clockOffsetMs: number | undefined;
}

/** `mixed`: in some of the slots. */
export type Stand = 'on' | 'off' | 'mixed';

/** One call to the other side. */
export interface Order {
    readonly to: 'kiosk' | 'sandbox';
    readonly method: 'POST' | 'PUT' | 'DELETE';
    readonly path: string;
    readonly body?: unknown;
    /** What is said instead, where the first was refused with this code. */
    readonly instead?: { readonly code: string; readonly body: unknown };
}

export interface Switch {
    readonly id: string;
    readonly label: string;
    /** One sentence: what to expect. */
    readonly expect: string;
    readonly of: 'kiosk' | 'sandbox';
    readonly stand: (seen: Seen, scope: string | undefined) => Stand;
    readonly turn: (seen: Seen, on: boolean, scope: string | undefined) => readonly Order[];
    /** How often it has struck so far, where the other side counts. */
    readonly hits?: (seen: Seen) => number;
}

export interface SwitchGroup {
    readonly id: string;
    readonly title: string;
    readonly switches: readonly Switch[];
    /** Its switches hold for a slot or for all. */
    readonly bySlot?: true;
}

type FaultOrder = Readonly<Record<string, unknown>> & { readonly api: string; readonly kind: string };

function gatewayFault(made: { id: string; label: string; expect: string; fault: FaultOrder; instead?: Order['instead'] }): Switch {
    const standing = (seen: Seen) => seen.faults.filter((one) => one.api === made.fault.api && one.kind === made.fault.kind);
    return {
        id: made.id,
        label: made.label,
        expect: made.expect,
        of: 'sandbox',
        stand: (seen) => (standing(seen).length > 0 ? 'on' : 'off'),
        turn: (seen, on) =>
            on
                ? [
                      {
                          to: 'sandbox',
                          method: 'POST',
                          path: '/admin/faults',
                          body: made.fault,
                          ...(made.instead === undefined ? {} : { instead: made.instead }),
                      },
                  ]
                : standing(seen).map((one) => ({ to: 'sandbox', method: 'DELETE', path: `/admin/faults/${one.id}` })),
        hits: (seen) => standing(seen).reduce((sum, one) => sum + one.hits, 0),
    };
}

function slotFault(made: { id: string; label: string; expect: string; fault: DispenserFault }): Switch {
    const inScope = (seen: Seen, scope: string | undefined) =>
        Object.keys(seen.slots).filter((slot) => scope === undefined || slot === scope);
    return {
        id: made.id,
        label: made.label,
        expect: made.expect,
        of: 'kiosk',
        stand: (seen, scope) => {
            const slots = inScope(seen, scope);
            const hit = slots.filter((slot) => seen.slots[slot]?.fault === made.fault).length;
            return hit === 0 ? 'off' : hit === slots.length ? 'on' : 'mixed';
        },
        turn: (seen, on, scope) =>
            inScope(seen, scope)
                .filter((slot) => on || seen.slots[slot]?.fault === made.fault)
                .map((slot) => ({
                    to: 'kiosk',
                    method: 'PUT',
                    path: '/v1/virtual/dispenser',
                    body: { slot, fault: on ? made.fault : 'none' },
                })),
    };
}

/** How far the wrong clock is put forward. */
const clockOffsetMs = 600_000;
const slowMs = 8000;

export const groups: readonly SwitchGroup[] = [
    {
        id: 'gateway',
        title: 'The payment network',
        switches: [
            gatewayFault({
                id: 'gateway-down',
                label: 'Gateway down',
                expect: 'Nobody answers there. The kiosk finds out at the next payment, says so, sells nothing, and sells again by itself.',
                fault: { api: '*', kind: 'down', mode: 'refuse' },
                // A sandbox with one listener cannot close it and be told to open it again: there every connection breaks.
                instead: { code: 'NEEDS_ADMIN_LISTEN', body: { api: '*', kind: 'down', mode: 'reset' } },
            }),
            gatewayFault({
                id: 'gateway-slow',
                label: 'Gateway slow',
                expect: `Every answer takes ${slowMs / 1000} seconds. The customer waits and is not asked to pay again; a notification may be sooner.`,
                fault: { api: '*', kind: 'slow', ms: slowMs },
            }),
            gatewayFault({
                id: 'gateway-500',
                label: 'Gateway answers 500',
                expect: 'An error page proves nothing, so the payment counts as unknown until an inquiry tells.',
                fault: { api: '*', kind: 'httpStatus', status: 500 },
            }),
            gatewayFault({
                id: 'gateway-signature',
                label: 'Wrong signature',
                expect: 'The answer is right but anyone could have sent it. It is not believed, and nothing is handed out on it.',
                fault: { api: '*', kind: 'badSignature' },
            }),
            gatewayFault({
                id: 'gateway-lost',
                label: 'Answer lost after booking',
                expect: 'The money moves, the answer never comes. The kiosk asks until it knows, and charges nobody twice.',
                fault: { api: 'pay', kind: 'dropAfterBooking' },
            }),
        ],
    },
    {
        id: 'notices',
        title: 'Its notifications',
        switches: [
            gatewayFault({
                id: 'notice-lost',
                label: 'Notification lost',
                expect: 'Nobody tells the kiosk that the code was paid. Its own inquiry finds out a few seconds later.',
                fault: { api: 'notifyPayment', kind: 'never' },
            }),
            gatewayFault({
                id: 'notice-doubled',
                label: 'Notification doubled',
                expect: 'The same news comes twice. It counts once, and one product falls.',
                fault: { api: 'notifyPayment', kind: 'duplicate' },
            }),
        ],
    },
    {
        id: 'goods',
        title: 'The goods',
        bySlot: true,
        switches: [
            slotFault({
                id: 'slot-jam',
                label: 'Motor jams',
                expect: 'The motor stops half way. The customer’s money goes back, and the slot is closed.',
                fault: 'jam',
            }),
            slotFault({
                id: 'slot-no-drop',
                label: 'Nothing drops',
                expect: 'The motor turns, the sensor sees nothing fall. The money goes back by itself.',
                fault: 'no-drop',
            }),
            slotFault({
                id: 'slot-blind',
                label: 'Drop sensor blind',
                expect: 'Nobody could tell whether goods came out, so the slot is not sold at all.',
                fault: 'sensor-blind',
            }),
        ],
    },
    {
        id: 'machine',
        title: 'The machine',
        switches: [
            {
                id: 'scanner',
                label: 'Scanner unplugged',
                expect: 'Codes cannot be read. Order codes on the screen still sell.',
                of: 'kiosk',
                stand: (seen) => (seen.scannerPlugged === false ? 'on' : 'off'),
                turn: (_seen, on) => [{ to: 'kiosk', method: 'PUT', path: '/v1/virtual/scanner', body: { plugged: !on } }],
            },
            {
                id: 'disk',
                label: 'Disk full',
                expect: 'What cannot be written must not be sold: selling stops before money can move, open sales still end.',
                of: 'kiosk',
                stand: (seen) => (seen.diskFull === true ? 'on' : 'off'),
                turn: (_seen, on) => [{ to: 'kiosk', method: 'PUT', path: '/v1/virtual/machine', body: { diskFull: on } }],
            },
            {
                id: 'clock',
                label: 'Clock wrong',
                expect: 'The clock is ten minutes ahead. The gateway’s signed answers show it, and selling stops until it is right.',
                of: 'kiosk',
                stand: (seen) => ((seen.clockOffsetMs ?? 0) !== 0 ? 'on' : 'off'),
                turn: (_seen, on) => [
                    { to: 'kiosk', method: 'PUT', path: '/v1/virtual/machine', body: { clockOffsetMs: on ? clockOffsetMs : 0 } },
                ],
            },
        ],
    },
];

/** How many switches are on, wholly or in part. */
export function troublesOn(seen: Seen): number {
    return groups.flatMap((group) => group.switches).filter((one) => one.stand(seen, undefined) !== 'off').length;
}

/** Everything that must be said for all to be well again. */
export function healing(seen: Seen): readonly Order[] {
    const mends = groups
        .flatMap((group) => group.switches)
        .filter((one) => one.of === 'kiosk' && one.stand(seen, undefined) !== 'off')
        .flatMap((one) => one.turn(seen, false, undefined));
    const slots: Order[] = Object.entries(seen.slots)
        .filter(([slot, state]) => state.fault !== 'none' && !mends.some((order) => (order.body as { slot?: string }).slot === slot))
        .map(([slot]) => ({ to: 'kiosk', method: 'PUT', path: '/v1/virtual/dispenser', body: { slot, fault: 'none' } }));
    return [...(seen.faults.length > 0 ? [{ to: 'sandbox', method: 'DELETE', path: '/admin/faults' } as const] : []), ...mends, ...slots];
}
