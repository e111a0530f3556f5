/**
 * Reference: docs/config.md, made from the published schema, so that the two cannot differ. Pure.
 */
import type { JsonSchema } from './json-schema.ts';

const introduction = `# Configuration

One YAML file describes a kiosk. \`till config check --config FILE\` tells everything that is wrong with it at once, with file and line;
\`till config show --config FILE\` prints what the kiosk would run with. Starting points: \`config/profiles\`.

* An unknown key is an error, so that a spelling mistake cannot be overlooked.
* Every key can be set by environment: \`TILL_GATEWAY__URL\` is \`gateway.url\`, \`TILL_GATEWAY__KEY_VERSION\` is \`gateway.keyVersion\`,
  \`TILL_CATALOG__0__PRICE\` is the first price; lists and blocks are written as JSON. The environment wins over the file.
* Relative paths count from the folder of the file.
* Secrets (keys, tokens) stand in files of their own, which are named here.
* Durations are whole milliseconds or \`"500ms"\`, \`"90s"\`, \`"10m"\`, \`"2h"\`, \`"1d"\`. Amounts are whole numbers of the currency's smallest
  unit, in quotes: \`"150"\` is 1.50 EUR, or 150 JPY.
* \`till config schema\` prints the JSON Schema; \`npm run build\` writes it to \`dist/config.schema.json\`.

This page is made from that schema: \`till config schema --markdown > docs/config.md\`.

## What several keys say together

* \`http:\` only to this machine: \`gateway.url\`, \`gateway.notifyUrl\`, \`relay.publicUrl\`, \`operator.alert.url\`.
* A production client id (one that does not begin with \`SANDBOX_\`) refuses a virtual scanner or dispenser, and needs \`operator\`.
* The mode \`payment-code\` needs a scanner, \`order-code\` a display, \`entry-code\` the relay with a \`publicUrl\`, and
  with a dispenser a panel or a display on which customers prove that they stand there.
* \`relay.listen\` may be left out, or be \`api.listen\`, only while \`relay.publicUrl\` and \`gateway.notifyUrl\` are addresses of this machine.
* \`page.sandbox\` and \`page.stage\` are addresses of this machine.
* \`api.listen\` on an address that others can reach needs \`api.tokenFile\`.
* Slots stand once; amounts in IDR end in \`00\`.
* The files of keys and tokens are there and may be read.
`;

/** The whole page. */
export function configReference(schema: JsonSchema): string {
    const sections: string[] = [];
    const general: Row[] = [];
    for (const [key, block] of Object.entries(schema.properties ?? {})) {
        const rows = rowsOf({ schema: block, path: key, required: schema.required?.includes(key) === true });
        const isBlock =
            block.properties !== undefined || block.oneOf !== undefined || block.anyOf !== undefined || block.items !== undefined;
        if (isBlock)
            sections.push(`## \`${key}\`\n\n${block.description ?? ''}\n\n${table(rows.slice(block.items === undefined ? 1 : 0))}`);
        else general.push(...rows);
    }
    return `${introduction}\n${sections.join('\n')}\n## Further keys\n\n${table(general)}`;
}

type Row = readonly [key: string, value: string, standard: string, meaning: string];

function table(rows: readonly Row[]): string {
    const head = '| Key | Value | When left out | Meaning |\n| --- | --- | --- | --- |\n';
    return head + rows.map((row) => `| ${row.map(cell).join(' | ')} |\n`).join('');
}

function cell(text: string): string {
    return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

/** A row for a key and for each key below it. */
function rowsOf(options: { schema: JsonSchema; path: string; required: boolean }): Row[] {
    const { schema, path, required } = options;
    const standard = required ? '**required**' : defaultOf(schema);
    const rows: Row[] = [[`\`${path}\``, kindOf(schema), standard, schema.description ?? '']];
    for (const variant of variantsOf(schema)) {
        const type = String(variant.properties?.type?.const ?? '');
        rows.push([`\`${path}.type: ${type}\``, '', '', variant.description ?? '']);
        for (const [key, inner] of Object.entries(variant.properties ?? {})) {
            if (key === 'type') continue;
            rows.push(...rowsOf({ schema: inner, path: `${path}.${key}`, required: variant.required?.includes(key) === true }));
        }
    }
    const block = schema.items?.properties === undefined ? schema : schema.items;
    const prefix = block === schema ? path : `${path}[]`;
    for (const [key, inner] of Object.entries(block.properties ?? {})) {
        rows.push(...rowsOf({ schema: inner, path: `${prefix}.${key}`, required: block.required?.includes(key) === true }));
    }
    return rows;
}

/** The variants of a block that are told apart by \`type\`. */
function variantsOf(schema: JsonSchema): readonly JsonSchema[] {
    const variants = (schema.oneOf ?? schema.anyOf ?? []) as readonly JsonSchema[];
    return variants.filter((variant) => variant.properties?.type !== undefined);
}

function defaultOf(schema: JsonSchema): string {
    const { default: value } = schema;
    if (value === undefined) return 'none';
    if (typeof value === 'object' && value !== null && Object.keys(value).length === 0) return Array.isArray(value) ? 'none' : 'as below';
    return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}

function kindOf(schema: JsonSchema): string {
    if (isDuration(schema)) return 'duration';
    if (schema.items !== undefined) return schema.items.properties === undefined ? `list of ${kindOf(schema.items)}` : 'list of blocks';
    if (schema.enum !== undefined) return schema.enum.map((word) => `\`${word}\``).join(' ');
    if (schema.properties !== undefined || variantsOf(schema).length > 0 || schema.type === 'object') return 'block';
    if (schema.pattern === '^(0|[1-9][0-9]{0,15})$') return 'amount';
    if (schema.type === 'integer' || schema.type === 'number') {
        const { minimum, maximum } = schema;
        return minimum === undefined || maximum === undefined ? 'number' : `${minimum} to ${maximum}`;
    }
    return schema.type === 'string' ? 'text' : String(schema.type ?? '');
}

function isDuration(schema: JsonSchema): boolean {
    return (schema.anyOf ?? []).some((option) => typeof option.pattern === 'string' && option.pattern.includes('(ms|s|m|h|d)'));
}
