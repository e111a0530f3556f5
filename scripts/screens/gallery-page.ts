/** Gallery page: the document of the gallery: a table of counts, checkboxes that show and hide, and the pictures. No script in it. */
import type { SampleDisplay } from './displays.ts';
import type { Tally } from './gallery-part.ts';

interface Gallery {
    readonly displays: readonly (SampleDisplay & { readonly index: number })[];
    readonly locales: readonly string[];
    readonly names: readonly string[];
    readonly tallies: readonly Tally[];
}

export interface Sum {
    readonly rendered: number;
    readonly problems: number;
    readonly lost: number;
    readonly missing: number;
    readonly codes: number;
    readonly decoded: number;
    readonly codeless: number;
}

export function sumOf(tallies: readonly Tally[]): Sum {
    const add = (key: 'rendered' | 'lost' | 'missing' | 'codes' | 'decoded' | 'codeless') =>
        tallies.reduce((sum, tally) => sum + tally[key], 0);
    return {
        rendered: add('rendered'),
        problems: tallies.reduce((sum, { problems }) => sum + problems.length, 0),
        lost: add('lost'),
        missing: add('missing'),
        codes: add('codes'),
        decoded: add('decoded'),
        codeless: add('codeless'),
    };
}

/** Displays that are shown at first, one of each kind; the others wait behind their boxes. */
const firstShown = [3, 6, 10, 12, 15, 17, 18];
/** Pictures are shown at half their size from here on, in pixels of their longer side. */
const halvedFrom = 600;

export function galleryPage(gallery: Gallery): string {
    const { displays, locales, names } = gallery;
    const some = displays.some(({ index }) => firstShown.includes(index));
    const checked = (index: number) => !some || firstShown.includes(index);
    const first = locales.includes('en') ? 'en' : locales[0];
    const boxes = [
        group(
            'Displays',
            displays.map(({ index, name }) => box(`d${index}`, name, checked(index))),
        ),
        group(
            'Languages',
            locales.map((locale) => box(`l-${locale}`, languageOf(locale), locale === first)),
        ),
        group(
            'Screens',
            names.map((name) => box(`s-${name}`, name, true)),
        ),
    ];
    const hides = [
        ...displays.map(({ index }) => `d${index}`),
        ...locales.map((locale) => `l-${locale}`),
        ...names.map((name) => `s-${name}`),
    ]
        .map((id) => `body:has(#${id}:not(:checked)) .${id}{display:none}`)
        .join('');
    return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Tillbox: every screen</title>
<style>${style}${hides}</style>
<h1>Every screen</h1>
${tableOf(gallery)}
<form>${boxes.join('')}</form>
${names.map((name) => section(gallery, name)).join('\n')}
</html>\n`;
}

const style = `:root{color-scheme:light dark;--line:#8886}body{font:16px/1.5 system-ui,sans-serif;margin:2rem;max-width:110rem}h1{font-weight:600}h2{font-weight:600;margin:2.5rem 0 .5rem}table{border-collapse:collapse;font-variant-numeric:tabular-nums}th,td{padding:.25rem .9rem;text-align:right;border-bottom:1px solid var(--line)}th:first-child,td:first-child{text-align:left}fieldset{border:1px solid var(--line);border-radius:.5rem;margin:1rem 0;display:flex;flex-wrap:wrap;gap:.25rem 1.1rem}label{white-space:nowrap}div{display:flex;flex-wrap:wrap;gap:1.2rem;align-items:flex-start}figure{margin:0}img{display:block;background:#fff;box-shadow:0 0 0 1px #8886,0 2px 8px #0003}figcaption{font-size:.8rem;opacity:.75;margin-top:.3rem}pre{background:#233;color:#bfb;padding:.6rem;margin:0;border-radius:.3rem}`;

function group(name: string, boxes: readonly string[]): string {
    return `<fieldset><legend>${name}</legend>${boxes.join('')}</fieldset>`;
}

function box(id: string, name: string, checked: boolean): string {
    return `<label><input type="checkbox" id="${id}"${checked ? ' checked' : ''}> ${name}</label>`;
}

function languageOf(locale: string): string {
    return new Intl.DisplayNames([locale], { type: 'language' }).of(locale) ?? locale;
}

function tableOf({ displays, locales, names, tallies }: Gallery): string {
    const row = (name: string, of: readonly Tally[]) => {
        const sum = sumOf(of);
        const codes = sum.codes === 0 ? '–' : `${sum.decoded} of ${sum.codes}`;
        const cells = [sum.rendered, sum.problems, sum.lost, sum.missing, codes, sum.codeless === 0 ? '–' : sum.codeless];
        return `<tr><td>${name}</td>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
    };
    const rows = displays.map(({ index, name }) =>
        row(
            name,
            tallies.filter(({ display }) => display === index),
        ),
    );
    return `<table><tr><th>${names.length} screens × ${locales.length} languages</th><th>rendered</th><th>overflow</th><th>cut or lost</th><th>missing glyphs</th><th>codes read back</th><th>no room for a code</th></tr>${rows.join('')}${row('<b>all</b>', tallies)}</table>`;
}

function section({ displays, locales, tallies }: Gallery, name: string): string {
    const figures = locales.flatMap((locale) =>
        displays.map((display) => {
            const words = `<figcaption>${languageOf(locale)}, ${display.name}</figcaption>`;
            const classes = `d${display.index} l-${locale}`;
            if (display.form === 'text') {
                const lines = tallies.find((tally) => tally.display === display.index && tally.locale === locale)?.lines[name] ?? [];
                const text = lines.map((line) => escaped(line.padEnd(display.width))).join('\n');
                return `<figure class="${classes}"><pre>${text}</pre>${words}</figure>`;
            }
            const scale = Math.max(display.width, display.height) >= halvedFrom ? 2 : 1;
            const size = `width="${display.width / scale}" height="${display.height / scale}"`;
            return `<figure class="${classes}"><img loading="lazy" src="${display.index}/${locale}/${name}.png" ${size} alt="">${words}</figure>`;
        }),
    );
    return `<section class="s-${name}"><h2>${name}</h2><div>${figures.join('')}</div></section>`;
}

function escaped(text: string): string {
    return text.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
