/** Icons: the wallet's own drawings, in one line weight. */
const paths = {
    pay: 'M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2v2h-2zM18 14h2v2h-2zM14 18h2v2h-2zM18 18h2v2h-2z',
    scan: 'M4 8V5a1 1 0 0 1 1-1h3M16 4h3a1 1 0 0 1 1 1v3M20 16v3a1 1 0 0 1-1 1h-3M8 20H5a1 1 0 0 1-1-1v-3M4 12h16',
    back: 'M14.5 5.5 8 12l6.5 6.5',
    close: 'M6 6l12 12M18 6 6 18',
    gear: 'M4 7h10M18 7h2M4 17h2M10 17h10M16 4.8v4.4M8 14.8v4.4',
    out: 'M12 19V5M6 11l6-6 6 6',
    in: 'M12 5v14M6 13l6 6 6-6',
    good: 'M5 12.5 10 17.5 19.5 7',
    stop: 'M12 7v6M12 16.6v.2',
    erase: 'M9 5h11v14H9l-6-7zM12.5 9.5l5 5M17.5 9.5l-5 5',
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name, size = 22 }: { name: IconName; size?: number }) {
    return (
        <svg
            viewBox="0 0 24 24"
            width={size}
            height={size}
            aria-hidden="true"
            fill="none"
            stroke="currentColor"
            stroke-width="1.9"
            stroke-linecap="round"
            stroke-linejoin="round"
        >
            <path d={paths[name]} />
        </svg>
    );
}
