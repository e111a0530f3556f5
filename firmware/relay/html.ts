/**
 * HTML: text that may stand in a page. Whatever is put into a template is escaped, unless it was made by a template itself.
 */

/** A piece of a page that is already safe. Made by `html` alone. */
export class Markup {
    readonly text: string;

    constructor(text: string) {
        this.text = text;
    }
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escapeText(text: string): string {
    return text.replace(/[&<>"']/g, (sign) => escapes[sign]!);
}

/** A template of markup: strings and numbers are escaped, pieces of markup and lists of them are put in as they are. */
export function html(parts: TemplateStringsArray, ...values: readonly (string | number | Markup | readonly Markup[])[]): Markup {
    let text = parts[0]!;
    values.forEach((value, index) => {
        if (value instanceof Markup) text += value.text;
        else if (typeof value === 'string' || typeof value === 'number') text += escapeText(String(value));
        else for (const piece of value) text += piece.text;
        text += parts[index + 1]!;
    });
    return new Markup(text);
}

export const nothing: Markup = new Markup('');
