/**
 * Look: the colours of each state. White paper, dark ink, one field of colour; never the colour alone: the sign (signs.ts) says by its
 * shape what the field says, for those who do not see colours and for panels that have none.
 */
import type { ScreenKind } from '../screens/screen.ts';

export interface Palette {
    readonly paper: string;
    readonly ink: string;
    /** Less important text; still 7 to 1 against the paper where the panel has greys. */
    readonly quiet: string;
    /** The state's colour; on e-ink it is the ink. */
    readonly field: string;
    /** On the field: text, and the plate behind a sign. */
    readonly onField: string;
    /** Large areas take the field's colour: not on e-ink, where they leave ghosts and slow every change. */
    readonly fills: boolean;
    /** Behind less important text, and the body of a card. */
    readonly tint: string;
    /** Edges of cards and buttons; they can be told from the paper, 3 to 1. */
    readonly edge: string;
    /** The panel of a notice, and what is written on it. */
    readonly notice: string;
    readonly onNotice: string;
}

const white = '#ffffff';
const ink = '#111827';

/** A state's field, and what can be read on it. */
const fields: Readonly<Record<'blue' | 'green' | 'yellow' | 'red' | 'teal' | 'slate', readonly [string, string]>> = {
    blue: ['#1d4ed8', white],
    green: ['#15803d', white],
    yellow: ['#fbcb3c', ink],
    red: ['#b91c1c', white],
    teal: ['#0f6e6e', white],
    slate: ['#334155', white],
};

/** Blue: it is your turn. Yellow: wait, or something needs a look. Green: paid. Teal: money goes back. Red: no. Slate: nothing to do here. */
const fieldOf: Readonly<Record<ScreenKind, keyof typeof fields>> = {
    starting: 'slate',
    idle: 'blue',
    choose: 'blue',
    pay: 'blue',
    presence: 'blue',
    reading: 'yellow',
    wait: 'yellow',
    delivering: 'green',
    thanks: 'green',
    declined: 'red',
    cancelled: 'slate',
    moneyBack: 'teal',
    nothingOut: 'yellow',
    review: 'yellow',
    outOfService: 'slate',
    offline: 'slate',
    service: 'slate',
};

/** @param depth bits of a pixel; up to 2 there is only black, white and perhaps two greys. */
export function paletteOf(kind: ScreenKind, depth: number): Palette {
    if (depth <= 2) {
        // Of four greys only the dark one is read as text.
        const grey = depth === 1 ? '#000000' : '#555555';
        return {
            paper: white,
            ink: '#000000',
            quiet: grey,
            field: '#000000',
            onField: white,
            fills: false,
            tint: white,
            edge: '#000000',
            notice: '#000000',
            onNotice: white,
        };
    }
    const [field, onField] = fields[fieldOf[kind]];
    return {
        paper: white,
        ink,
        quiet: '#475569',
        field,
        onField,
        fills: true,
        tint: '#f1f5f9',
        edge: '#64748b',
        notice: '#fdeeb5',
        onNotice: ink,
    };
}
