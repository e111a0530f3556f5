/**
 * Links: every relative link of a Markdown file leads to a file of the checkout, and to a heading that is there. Addresses on the
 * internet are not asked.
 */
import { dirname, join, normalize } from 'node:path/posix';
import type { Problem } from './syntax.ts';

/** What the check may see of the checkout. */
export interface Shelf {
    /** True for files and folders that a commit would hold. */
    has(path: string): boolean;
    /** Text of a Markdown file that is there. */
    read(path: string): string;
}

/** @param path from the checkout's root. */
export function linkProblems(path: string, text: string, shelf: Shelf): Problem[] {
    const problems: Problem[] = [];
    withoutCode(text).forEach((content, index) => {
        for (const [, target = ''] of content.matchAll(/\]\(([^()\s]+)\)/g)) {
            if (/^[a-z][a-z0-9+.-]*:/i.test(target)) continue;
            const [file = '', heading] = target.split('#', 2);
            const place = file === '' ? path : normalize(join(dirname(path), decodeURI(file))).replace(/\/$/, '');
            const report = (message: string) => problems.push({ path, line: index + 1, message });
            if (!shelf.has(place)) report(`the link to ${target} leads nowhere`);
            else if (heading !== undefined && !headingsOf(file === '' ? text : shelf.read(place)).has(heading))
                report(`the link to ${target}: no heading of that name is there`);
        }
    });
    return problems;
}

/** Lines with code blanked, in fences and in the line: what looks like a link there is none. */
function withoutCode(text: string): string[] {
    let fenced = false;
    return text.split('\n').map((content) => {
        if (/^\s*```/.test(content)) {
            fenced = !fenced;
            return '';
        }
        // A link's own words may be code: only the words go, the brackets stay.
        return fenced ? '' : content.replace(/`[^`]*`/g, '');
    });
}

/** Names of a file's headings as GitHub makes them: small letters, no punctuation, hyphens for blanks. */
function headingsOf(text: string): Set<string> {
    const headings = [...text.matchAll(/^#{1,6} +(.+?) *$/gm)];
    return new Set(
        headings.map(([, title = '']) =>
            title
                .toLowerCase()
                .replace(/[^\p{L}\p{N}\s_-]/gu, '')
                .replace(/\s/g, '-'),
        ),
    );
}
