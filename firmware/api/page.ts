/**
 * Page: the little page at `/`: whether the kiosk can sell, what its screen shows, what can be asked of the API. It has no scripts.
 */
import type { Readiness } from '../ports/desk.ts';

/** An HTML page that fetches itself again every two seconds. `svg` is shown as a picture, so nothing in it can run. */
export function statusPage(options: {
    version: string;
    readiness: Readiness;
    svg: string;
    paths: readonly string[];
    /** A sentence that stands first. */
    note?: string;
}): string {
    const { version, readiness, svg, paths, note } = options;
    const picture = `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
    const sentences = readiness.sentences.map((sentence) => `<li>${escaped(sentence)}</li>`).join('');
    const links = paths.map((path) => `<li><a href="${escaped(path)}">${escaped(path)}</a></li>`).join('');
    return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="2">
<title>Tillbox</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 52rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; background: #fff }
img { width: 100%; border: 1px solid #777; border-radius: 8px }
.ready { color: #06632b } .not { color: #9b1c1c }
code { background: #eee; padding: 0 .25em }
</style>
</head>
<body>
<h1>Tillbox ${escaped(version)}</h1>
${note === undefined ? '' : `<p><strong>${escaped(note)}</strong></p>\n`}<p class="${readiness.ready ? 'ready' : 'not'}"><strong>${readiness.ready ? 'Ready to sell' : 'Not ready to sell'}</strong></p>
<ul>${sentences}</ul>
<img src="${picture}" alt="The kiosk's screen">
<h2>What can be asked</h2>
<ul>${links}</ul>
<p>Open a sale: <code>POST /v1/sales</code> with <code>{"items":[{"slot":"A1"}]}</code>. Everything else stands in <a href="/openapi.json">/openapi.json</a>.</p>
</body>
</html>
`;
}

/** The page may show its own pictures and styles, and nothing else. */
export const pagePolicy =
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

function escaped(text: string): string {
    return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
