/** Press: hands on the machine. An answer that refuses is told in a sentence below it. */
import { effect, type Signal, signal } from '@preact/signals';
import type { Amount } from '../../ports/amount.ts';
import type { Answer } from '../calls.ts';
import { askKiosk, hello, holdToScanner, kiosk, phoneCode } from '../store.ts';

/** What came of the last press, where the machine itself does not show it. */
export const pressed: Signal<string> = signal('');

// What was said is over as soon as something has changed.
effect(() => {
    void [phoneCode.value, kiosk.glass.value?.id];
    pressed.value = '';
});

function tell(answer: Answer): boolean {
    pressed.value = answer.ok ? '' : answer.detail;
    return answer.ok;
}

/** A key of the panel, or a place on the glass that is touched. */
export async function pressKey(key: string): Promise<boolean> {
    return tell(await askKiosk('POST', '/v1/virtual/panel', { key }));
}

export async function touch(key: string): Promise<boolean> {
    return tell(await askKiosk('POST', '/v1/screen/touch', { key }));
}

/** Chooses goods: by the panel's key, else on the glass where they are shown, else as a program at the counter would. */
export async function choose(slot: string): Promise<boolean> {
    if (hello.value?.devices.panel === true) return pressKey(slot);
    return openSale({ items: [{ slot }] });
}

/** Opens a sale as a till at the counter does. */
export async function openSale(order: { items?: readonly { slot: string }[]; amount?: Amount }): Promise<boolean> {
    return tell(await askKiosk('POST', '/v1/sales', order));
}

/** Ends the sale that has the machine. */
export async function cancelSale(): Promise<boolean> {
    const saleId = kiosk.screen.value?.saleId;
    if (saleId === undefined) return false;
    return tell(await askKiosk('POST', `/v1/sales/${saleId}/cancel`, {}));
}

/** Holds the phone to the scanner, as it is at this moment. */
export async function holdPhone(): Promise<boolean> {
    const code = phoneCode.value;
    if (code === undefined) {
        pressed.value = 'The phone shows no payment code now: choose “Pay” on the phone first.';
        return false;
    }
    return tell(await holdToScanner(code));
}
