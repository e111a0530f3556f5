/** Art: small drawings of goods, chosen by what their name says; a plain box for what is not known. */
import type { Texts } from '../wire.ts';

type Kind =
    | 'bottle'
    | 'can'
    | 'carton'
    | 'bar'
    | 'bag'
    | 'gum'
    | 'cup'
    | 'fruit'
    | 'bread'
    | 'cheese'
    | 'jar'
    | 'sandwich'
    | 'cake'
    | 'box';

const kinds: readonly (readonly [RegExp, Kind])[] = [
    [/water|lemonade|bottle/i, 'bottle'],
    [/\bcola|soda|energy|beer|\bcan\b/i, 'can'],
    [/juice|milk|carton/i, 'carton'],
    [/chocolate|bar\b|cereal|biscuit|cookie/i, 'bar'],
    [/crisps|chips|nuts|pretzel|popcorn/i, 'bag'],
    [/\bgum\b|mint|candy|sweets/i, 'gum'],
    [/coffee|cocoa|espresso|cappuccino|latte|\btea\b/i, 'cup'],
    [/sandwich|toast|wrap/i, 'sandwich'],
    [/bread|roll\b|loaf|croissant/i, 'bread'],
    [/cheese/i, 'cheese'],
    [/honey|jam\b|jar/i, 'jar'],
    [/cake|tart|muffin/i, 'cake'],
    [/apple|fruit|banana|flower|bouquet/i, 'fruit'],
];

export function kindOf(name: Texts): Kind {
    const text = name.en ?? Object.values(name).join(' ');
    return kinds.find(([pattern]) => pattern.test(text))?.[1] ?? 'box';
}

const drawings: Readonly<Record<Kind, () => preact.JSX.Element>> = {
    bottle: () => (
        <>
            <path d="M26 8h12v8c0 4 6 7 6 15v39a4 4 0 0 1-4 4H24a4 4 0 0 1-4-4V31c0-8 6-11 6-15z" fill="#9fd3ea" />
            <path d="M20 38h24v20H20z" fill="#f5fbfd" />
            <path d="M22 50c4-7 8 3 12-4s6 1 8-2" fill="none" stroke="#2f7fa8" stroke-width="2.5" stroke-linecap="round" />
            <rect x="25" y="4" width="14" height="7" rx="2" fill="#2f7fa8" />
            <path d="M24 30c1-5 5-8 5-12" fill="none" stroke="#fff" stroke-width="2" stroke-linecap="round" opacity=".7" />
        </>
    ),
    can: () => (
        <>
            <path d="M18 18h28v50a5 5 0 0 1-5 5H23a5 5 0 0 1-5-5z" fill="#a8281f" />
            <path d="M18 18l4-6h20l4 6z" fill="#cfd4d6" />
            <path d="M22 73h20l-2 3H24z" fill="#cfd4d6" />
            <path d="M18 52c10 2 14-14 28-12v12c-12-2-18 12-28 10z" fill="#f7ece6" />
            <path d="M23 22v42" stroke="#fff" stroke-width="2.5" opacity=".35" stroke-linecap="round" />
        </>
    ),
    carton: () => (
        <>
            <path d="M18 28h28v46H18z" fill="#eaa13a" />
            <path d="M18 28l6-10h16l6 10z" fill="#f3bd6b" />
            <rect x="25" y="10" width="14" height="9" fill="#d98a1c" />
            <circle cx="32" cy="51" r="10" fill="#fff4df" />
            <path d="M32 43v16M25 47l14 8M39 47l-14 8" stroke="#e58f1d" stroke-width="2.2" stroke-linecap="round" />
        </>
    ),
    bar: () => (
        <>
            <path d="M19 12l3 3 3-3 3 3 4-3 4 3 3-3 3 3 3-3v60l-3-3-3 3-3-3-4 3-4-3-3 3-3-3-3 3z" fill="#5b3420" />
            <path d="M19 30h26v28H19z" fill="#e8c36a" />
            <path d="M24 37h7v6h-7zM33 37h7v6h-7zM24 46h7v6h-7zM33 46h7v6h-7z" fill="#5b3420" />
        </>
    ),
    bag: () => (
        <>
            <path d="M15 14h34l-2 8c3 14 3 28 0 44l2 8H15l2-8c-3-16-3-30 0-44z" fill="#3f7f4f" />
            <path d="M15 14h34l-1 5H16zM16 69h32l1 5H15z" fill="#2f6340" />
            <ellipse cx="32" cy="44" rx="13" ry="9" fill="#f4dc8f" transform="rotate(-14 32 44)" />
            <path d="M23 45c5-4 12-6 18-4" fill="none" stroke="#c79a35" stroke-width="2" stroke-linecap="round" />
        </>
    ),
    gum: () => (
        <>
            <rect x="21" y="20" width="22" height="54" rx="3" fill="#2f8f8a" />
            <path d="M24 12h4v10h-4zM30 9h4v13h-4zM36 14h4v8h-4z" fill="#dfe9e8" />
            <path d="M21 34h22v22H21z" fill="#dff1ef" />
            <path d="M32 39c5 4 5 8 0 12-5-4-5-8 0-12z" fill="#2f8f8a" />
        </>
    ),
    cup: () => (
        <>
            <path d="M16 26h32l-4 46a3 3 0 0 1-3 3H23a3 3 0 0 1-3-3z" fill="#f2ede4" />
            <path d="M17.5 40h29l-2 20h-25z" fill="#8a5a3a" />
            <rect x="13" y="19" width="38" height="8" rx="3" fill="#3b2a20" />
            <path d="M27 13c-3-4 3-5 0-9M37 13c-3-4 3-5 0-9" stroke="#b9b3a8" stroke-width="2.4" fill="none" stroke-linecap="round" />
        </>
    ),
    fruit: () => (
        <>
            <path d="M32 30c-14-9-24 4-18 22 5 16 12 22 18 18 6 4 13-2 18-18 6-18-4-31-18-22z" fill="#b4423a" />
            <path d="M32 30c0-8 2-12 6-15" stroke="#5c4632" stroke-width="3" fill="none" stroke-linecap="round" />
            <path d="M36 20c6-8 14-6 16-5-3 7-10 9-16 5z" fill="#5f9150" />
        </>
    ),
    bread: () => (
        <>
            <path d="M10 50c-4-14 8-22 22-22s26 8 22 22v14a5 5 0 0 1-5 5H15a5 5 0 0 1-5-5z" fill="#c98b48" />
            <path d="M14 52c-3-10 7-17 18-17s21 7 18 17v13H14z" fill="#e9bd7d" />
            <path d="M22 42l5 9M31 40l5 9M40 42l4 8" stroke="#b97a37" stroke-width="2.6" stroke-linecap="round" />
        </>
    ),
    cheese: () => (
        <>
            <path d="M8 48l38-20 10 20v20H8z" fill="#f0c14b" />
            <path d="M8 48h48v20H8z" fill="#e2ab2d" />
            <circle cx="20" cy="58" r="4.5" fill="#c98e17" />
            <circle cx="40" cy="60" r="5.5" fill="#c98e17" />
            <circle cx="38" cy="41" r="3.4" fill="#cf9a22" />
        </>
    ),
    jar: () => (
        <>
            <rect x="15" y="28" width="34" height="46" rx="7" fill="#e8a52a" />
            <rect x="17" y="20" width="30" height="9" rx="3" fill="#8f6a35" />
            <rect x="15" y="42" width="34" height="20" fill="#fbf1da" />
            <path d="M32 45l5 3v6l-5 3-5-3v-6z" fill="#e8a52a" />
            <path d="M20 33v6" stroke="#fff" stroke-width="2.6" stroke-linecap="round" opacity=".7" />
        </>
    ),
    sandwich: () => (
        <>
            <path d="M8 60L34 24c3-3 7-1 9 2l14 34z" fill="#e9c58c" />
            <path d="M7 60h50v4c-6 4-9-2-14 1s-10-2-15 1-14 0-21-2z" fill="#6aa04f" />
            <path d="M9 66h46v3a4 4 0 0 1-4 4H13a4 4 0 0 1-4-4z" fill="#d8ab69" />
            <path d="M12 60h40v3H12z" fill="#d65b4a" />
        </>
    ),
    cake: () => (
        <>
            <path d="M10 46l40-14 4 14z" fill="#fbe4e4" />
            <path d="M10 46h44v10H10z" fill="#f3b9bd" />
            <path d="M10 56h44v14a3 3 0 0 1-3 3H13a3 3 0 0 1-3-3z" fill="#d9a465" />
            <path d="M10 63h44" stroke="#fbe9d2" stroke-width="3" />
            <circle cx="44" cy="29" r="5.5" fill="#b4323a" />
        </>
    ),
    box: () => (
        <>
            <path d="M14 30l18-8 18 8v34l-18 8-18-8z" fill="#c9a878" />
            <path d="M14 30l18 8 18-8M32 38v34" stroke="#8c6d42" stroke-width="2.5" fill="none" />
            <path d="M23 26l18 8v8" stroke="#e7d6b8" stroke-width="4" fill="none" />
        </>
    ),
};

export function Art({ name }: { name: Texts }) {
    const kind = kindOf(name);
    return (
        <svg class="art" data-kind={kind} viewBox="0 0 64 80" width="64" height="80" aria-hidden="true">
            {drawings[kind]()}
        </svg>
    );
}
