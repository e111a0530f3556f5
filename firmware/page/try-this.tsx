/** Try this: three small steps for a first visit, which light up when the journal says that they were done. */
import { effect, type Signal, signal } from '@preact/signals';
import { Shape } from './parts/mark.tsx';
import { hello, records, sandboxUrl } from './store.ts';
import './try-this.css';

interface Step {
    readonly mode: string;
    readonly title: string;
    readonly text: (known: { touch: boolean; dispenses: boolean }) => string;
}

/** How a sale begins at this kiosk. */
function begin({ touch, dispenses }: { touch: boolean; dispenses: boolean }): string {
    if (touch) return 'Touch something on the kiosk’s screen.';
    return dispenses ? 'Press something on the kiosk.' : 'Ask for an amount at the seller’s till.';
}

const steps: readonly Step[] = [
    {
        mode: 'order-code',
        title: 'Scan the screen',
        text: (known) => `${begin(known)} Then choose Scan on the phone, and pay.`,
    },
    {
        mode: 'payment-code',
        title: 'Show your code',
        text: (known) => `${begin(known)} Then choose Pay on the phone, and hold it to the scanner.`,
    },
    {
        mode: 'entry-code',
        title: 'Begin on the phone',
        text: ({ dispenses }) =>
            `While the kiosk is idle, scan the code on its screen. ${dispenses ? 'Choose there what should fall.' : 'Type the amount there.'}`,
    },
];

const place = 'tillbox.tried';
const done: Signal<ReadonlySet<string>> = signal(new Set(stored()));
const hidden: Signal<boolean> = signal(stored().includes('hidden'));

function stored(): string[] {
    try {
        return (localStorage.getItem(place) ?? '').split(' ').filter((word) => word !== '');
    } catch {
        return [];
    }
}

function keep(): void {
    try {
        localStorage.setItem(place, [...done.value, ...(hidden.value ? ['hidden'] : [])].join(' '));
    } catch {
        // A browser that keeps nothing shows the steps again next time.
    }
}

effect(() => {
    const modes = new Map<unknown, string>();
    const found = new Set(done.peek());
    for (const record of records.value) {
        if (record.type === 'paymentIntended') modes.set(record.paymentRequestId, String(record.mode));
        const mode = modes.get(record.paymentRequestId);
        if (record.type === 'paymentPaid' && mode !== undefined) found.add(mode);
    }
    if (found.size === done.peek().size) return;
    done.value = found;
    keep();
});

export function TryThis() {
    const known = hello.value;
    // Without a play wallet there is nothing to pay with.
    if (known === undefined || hidden.value || sandboxUrl.value === undefined) return null;
    const offered = steps.filter((step) => known.modes.includes(step.mode));
    const left = offered.filter((step) => !done.value.has(step.mode));
    const hide = () => {
        hidden.value = true;
        keep();
    };
    return (
        <section class="try card" aria-labelledby="try-title">
            <header class="part-head">
                <h2 id="try-title">{left.length === 0 ? 'Well done' : 'Try this'}</h2>
                <button type="button" class="button small plain" onClick={hide}>
                    Hide
                </button>
            </header>
            <ol class="try-steps">
                {offered.map((step, index) => {
                    const tried = done.value.has(step.mode);
                    return (
                        <li
                            key={step.mode}
                            class={tried ? 'tried' : step === left[0] ? 'next' : ''}
                            data-mode={step.mode}
                            data-done={tried}
                        >
                            <span class="try-number" aria-hidden="true">
                                {tried ? <Shape tone="good" /> : index + 1}
                            </span>
                            <div>
                                <h3>
                                    {step.title}
                                    {tried ? <span class="unseen"> (done)</span> : null}
                                </h3>
                                <p class="small quiet">{step.text(known)}</p>
                            </div>
                        </li>
                    );
                })}
            </ol>
            {left.length === 0 ? (
                <p class="try-more">
                    Now open <a href="#trouble">Trouble</a>, let a motor jam or pull the plug in the middle of a sale, and see the money
                    come back.
                </p>
            ) : null}
        </section>
    );
}
