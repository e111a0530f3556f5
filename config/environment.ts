/**
 * Environment: variables laid over a configuration document, so that every key can be set without a file.
 *
 * Fails: never throws for what a person wrote; every problem is returned with the variable's name, never with its value.
 */
import type { Problem } from './cross-checks.ts';
import { nearest } from './nearest.ts';
import { keysOf, type Shape, shapeAt, typesOf, unwrapped } from './shape.ts';

const prefix = 'TILL_';

export interface Overlay {
    readonly data: unknown;
    readonly problems: readonly { readonly where: string; readonly problem: Problem }[];
    /** The variable that a value came from. */
    variableOf(path: readonly (string | number)[]): string | undefined;
}

/**
 * Lays environment variables over a document's data: `TILL_GATEWAY__URL` is `gateway.url`, capitals of a key as they come or behind
 * an underscore (`TILL_GATEWAY__KEY_VERSION`), list entries by number, lists and blocks as JSON. Without a double underscore a
 * variable counts only when it names a whole block; others may serve other purposes.
 */
export function overlayEnvironment(options: { data: unknown; env: Readonly<Record<string, string | undefined>>; schema: Shape }): Overlay {
    const data = structuredClone(options.data);
    const problems: { where: string; problem: Problem }[] = [];
    const variables = new Map<string, string>();
    // Whole blocks come first, so that a single key may refine them.
    const names = Object.keys(options.env)
        .filter((name) => name.startsWith(prefix))
        .sort((a, b) => depth(a) - depth(b) || (a < b ? -1 : 1));
    for (const name of names) {
        const written = options.env[name];
        if (written === undefined) continue;
        const found = pathOf(name, options.schema);
        if (found === undefined) continue;
        if ('unknown' in found) {
            problems.push({ where: `environment ${name}`, problem: { path: found.path, message: found.unknown } });
            continue;
        }
        const value = readValue(written, shapeAt(options.schema, found.path));
        if (value === undefined) {
            problems.push({
                where: `environment ${name}`,
                problem: { path: found.path, message: 'must be JSON, such as ["a", "b"] or {"key": "value"}.' },
            });
            continue;
        }
        if (put(data, found.path, value.value)) variables.set(found.path.join('.'), name);
        else {
            problems.push({
                where: `environment ${name}`,
                problem: { path: found.path, message: 'has no place: the file has something else than a block or a list there.' },
            });
        }
    }
    const variableOf = (path: readonly (string | number)[]) => {
        for (let length = path.length; length > 0; length -= 1) {
            const name = variables.get(path.slice(0, length).join('.'));
            if (name !== undefined) return name;
        }
        return undefined;
    };
    return { data, problems, variableOf };
}

function depth(name: string): number {
    return name.split('__').length;
}

/** The configuration path that a variable names; undefined where it is not about configuration. */
function pathOf(name: string, schema: Shape): { path: string[] } | { path: string[]; unknown: string } | undefined {
    const words = name.slice(prefix.length).split('__');
    const path: string[] = [];
    for (const word of words) {
        const shape = unwrapped(shapeAt(schema, path) ?? schema);
        if (shape.type === 'array' && /^[0-9]{1,4}$/.test(word)) {
            path.push(word);
            continue;
        }
        if (shape.type === 'record') {
            path.push(word.toLowerCase());
            continue;
        }
        const keys = Object.keys(keysOf(shape));
        const key = keys.find((candidate) => sameName(candidate, word));
        if (key === undefined) {
            if (words.length === 1) return undefined;
            const near = nearest(word.replaceAll('_', '').toLowerCase(), keys);
            const better = near === undefined ? '.' : `; did you mean ${prefix}${[...path, near].map(variableWord).join('__')}?`;
            return { path: [...path, word.toLowerCase()], unknown: `is not a key of the configuration${better}` };
        }
        path.push(key);
    }
    return { path };
}

function sameName(key: string, word: string): boolean {
    return key.toLowerCase() === word.replaceAll('_', '').toLowerCase();
}

/** `privateKeyFile` as PRIVATE_KEY_FILE. */
export function variableWord(key: string | number): string {
    return String(key)
        .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
        .toUpperCase();
}

/** A variable's text as the schema wants it; undefined where it should be JSON and is not. */
function readValue(written: string, shape: Shape | undefined): { value: unknown } | undefined {
    const types = shape === undefined ? new Set<string>() : typesOf(shape);
    if (types.has('number') && /^-?[0-9]{1,15}$/.test(written)) return { value: Number(written) };
    if (types.has('boolean') && /^(true|false)$/.test(written)) return { value: written === 'true' };
    if (types.has('string') || types.size === 0) return { value: written };
    if (!types.has('json')) return { value: written };
    try {
        return { value: JSON.parse(written) };
    } catch {
        return undefined;
    }
}

/** Puts a value at a path, making the blocks on the way; false where something else stands in the way. */
function put(root: unknown, path: readonly string[], value: unknown): boolean {
    let place = root;
    for (const [index, step] of path.entries()) {
        if (typeof place !== 'object' || place === null) return false;
        const holder = place as Record<string, unknown>;
        if (index === path.length - 1) {
            holder[step] = value;
            return true;
        }
        if (!Object.hasOwn(holder, step) || holder[step] === null) holder[step] = {};
        place = holder[step];
    }
    return false;
}
