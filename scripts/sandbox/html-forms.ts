/**
 * HTML forms: as much of a page as a wallet's web view without scripts needs: its forms, its refresh, its text.
 *
 * Reads tags, not a tree; comments, scripts and styles are skipped. Bounded by the page's length.
 */

export interface FormField {
    readonly name: string;
    readonly value: string;
    readonly type: string;
}

export interface HtmlForm {
    readonly method: 'get' | 'post';
    /** As written; empty means the page itself. */
    readonly action: string;
    readonly fields: readonly FormField[];
}

export interface HtmlPage {
    readonly title: string;
    readonly forms: readonly HtmlForm[];
    readonly refresh?: { readonly afterSeconds: number; readonly url: string };
    /** Readable text, for a person. */
    readonly text: string;
}

interface OpenForm {
    method: 'get' | 'post';
    action: string;
    fields: FormField[];
}

export function readPage(html: string): HtmlPage {
    const clean = html.replace(/<!--[\s\S]*?-->/g, '').replace(/<(script|style)\b[\s\S]*?<\/\1\s*>/gi, '');
    const forms: OpenForm[] = [];
    let form: OpenForm | undefined;
    let select: string | undefined;
    let refresh: HtmlPage['refresh'];
    for (const match of clean.matchAll(/<(\/?)([a-z][a-z0-9-]*)((?:"[^"]*"|'[^']*'|[^>"'])*)>/gi)) {
        const tag = (match[2] ?? '').toLowerCase();
        const attributes = readAttributes(match[3] ?? '');
        if (match[1] === '/') {
            if (tag === 'form') form = undefined;
            if (tag === 'select') select = undefined;
            continue;
        }
        if (tag === 'form') {
            form = {
                method: attributes.get('method')?.toLowerCase() === 'post' ? 'post' : 'get',
                action: attributes.get('action') ?? '',
                fields: [],
            };
            forms.push(form);
        } else if (tag === 'meta' && attributes.get('http-equiv')?.toLowerCase() === 'refresh') {
            refresh = readRefresh(attributes.get('content') ?? '') ?? refresh;
        } else if (tag === 'select') {
            select = attributes.get('name');
        } else if (tag === 'option' && select !== undefined && form !== undefined) {
            const standing = form.fields.some((field) => field.name === select);
            if (attributes.has('selected') || !standing) {
                form.fields = [
                    ...form.fields.filter((field) => field.name !== select),
                    { name: select, value: attributes.get('value') ?? '', type: 'select' },
                ];
            }
        } else if ((tag === 'input' || tag === 'textarea' || tag === 'button') && form !== undefined) {
            addField(form, { tag, attributes });
        }
    }
    const title = entities(/<title[^>]*>([\s\S]*?)<\/title>/i.exec(clean)?.[1]?.trim() ?? '');
    const text = entities(clean.replace(/<[^>]*>/g, ' '))
        .replace(/\s+/g, ' ')
        .trim();
    return { title, forms, text, ...(refresh === undefined ? {} : { refresh }) };
}

function addField(form: OpenForm, seen: { tag: string; attributes: ReadonlyMap<string, string> }): void {
    const { tag, attributes } = seen;
    const name = attributes.get('name');
    const type = (attributes.get('type') ?? (tag === 'button' ? 'submit' : 'text')).toLowerCase();
    if (name === undefined || attributes.has('disabled') || type === 'reset' || type === 'file' || type === 'image') return;
    if ((type === 'radio' || type === 'checkbox') && !attributes.has('checked')) return;
    form.fields.push({ name, value: attributes.get('value') ?? (type === 'checkbox' ? 'on' : ''), type });
}

function readAttributes(text: string): ReadonlyMap<string, string> {
    const attributes = new Map<string, string>();
    for (const match of text.matchAll(/([^\s"'=<>/]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g)) {
        attributes.set((match[1] ?? '').toLowerCase(), entities(match[2] ?? match[3] ?? match[4] ?? ''));
    }
    return attributes;
}

function readRefresh(content: string): HtmlPage['refresh'] {
    const match = /^\s*(\d+(?:\.\d+)?)\s*(?:[;,]\s*(?:url\s*=\s*)?['"]?(.*?)['"]?\s*)?$/i.exec(content);
    return match === null ? undefined : { afterSeconds: Number(match[1]), url: match[2] ?? '' };
}

const namedEntities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ', euro: '€' };

function entities(text: string): string {
    return text.replace(/&(#x[0-9a-f]+|#\d+|[a-z]+);/gi, (whole, name: string) => {
        if (!name.startsWith('#')) return namedEntities[name.toLowerCase()] ?? whole;
        const code = name[1]?.toLowerCase() === 'x' ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10);
        return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    });
}
