/** Mark: a short word with a shape of its own for good, waiting, bad and neither, so that no colour has to be told from another. */
import type { ComponentChildren } from 'preact';

export type Tone = 'good' | 'wait' | 'bad' | 'plain';

const shapes: Readonly<Record<Tone, string>> = {
    good: 'M2.5 7.5 6 11l5.5-7',
    wait: 'M7 3.2V7l2.6 1.8M7 1.2a5.8 5.8 0 1 1 0 11.6A5.8 5.8 0 0 1 7 1.2',
    bad: 'M3 3l8 8M11 3l-8 8',
    plain: 'M3.5 7h7',
};

export function Shape({ tone }: { tone: Tone }) {
    return (
        <svg
            viewBox="0 0 14 14"
            width="14"
            height="14"
            aria-hidden="true"
            fill="none"
            stroke="currentColor"
            stroke-width="1.8"
            stroke-linecap="round"
            stroke-linejoin="round"
        >
            <path d={shapes[tone]} />
        </svg>
    );
}

export function Mark({ tone, children }: { tone: Tone; children: ComponentChildren }) {
    return (
        <span class={`mark ${tone}`}>
            <Shape tone={tone} />
            {children}
        </span>
    );
}
