/**
 * Check: holds plain data against the schema and against what its keys say together, and words every problem for a person.
 *
 * Fails: never throws; every problem is returned with its path.
 */
import * as v from 'valibot';
import { driverConfigs } from '../drivers/registry.ts';
import { crossProblems, type Draft, type Problem, type Wrote } from './cross-checks.ts';
import { nearest } from './nearest.ts';
import { type ConfigBlocks, configSchema } from './schema.ts';
import { keysOf, type Shape, shapeAt } from './shape.ts';

/** The schema of this version, with the drivers it has. */
export const schema = configSchema(driverConfigs);

/**
 * Checks plain data with the schema and with what its keys say together. `config` is there when the schema holds; it is usable
 * when there are no problems either.
 */
export function checkData(data: unknown): { config: ConfigBlocks | undefined; problems: Problem[] } {
    const { problems, result, unknown } = parseAll(data);
    const draft = structuredClone(result.output ?? {}) as Record<string, unknown>;
    for (const { path } of problems) punch(draft, path);
    const wrote: Wrote = (...path) => valueAt(data, path) !== undefined;
    const cross = typeof data === 'object' ? crossProblems(draft as Draft, wrote) : [];
    // A block that is missing or broken has had its sentence; what follows from that is no problem of its own.
    const spoken = new Set(problems.map(({ path }) => path.join('.')));
    const further = cross.filter(({ path }) => !path.some((_, index) => spoken.has(path.slice(0, index + 1).join('.'))));
    return {
        config: result.success && unknown === 0 ? withDerived(result.output as ConfigBlocks) : undefined,
        problems: [...problems, ...further],
    };
}

/** Parses again without the unknown keys until none is left, because the schema names only one of each block at a time. */
function parseAll(data: unknown) {
    const rest = structuredClone(data);
    const unknownKeys: Problem[] = [];
    for (;;) {
        const result = v.safeParse(schema, rest);
        const issues = result.issues ?? [];
        const unknown = issues.filter(
            (issue) => issue.type === 'strict_object' && issue.expected === 'never' && !Array.isArray(lastInput(issue)),
        );
        if (unknown.length === 0 || unknownKeys.length > 500) {
            const problems = issues.map((issue) => ({ path: pathOf(issue), message: sentenceOf(issue) }));
            return { result, problems: [...unknownKeys, ...withoutEchoes(problems)], unknown: unknownKeys.length };
        }
        for (const issue of unknown) {
            const path = pathOf(issue);
            unknownKeys.push({ path, message: unknownKeySentence(path) });
            remove(rest, path);
        }
    }
}

/** One sentence a place: the first one. */
function withoutEchoes(problems: readonly Problem[]): Problem[] {
    const seen = new Set<string>();
    return problems.filter(({ path }) => {
        const place = path.join('.');
        return !seen.has(place) && seen.add(place);
    });
}

function pathOf(issue: v.BaseIssue<unknown>): (string | number)[] {
    return (issue.path ?? []).map((step) => (typeof step.key === 'number' ? step.key : String(step.key)));
}

function lastInput(issue: v.BaseIssue<unknown>): unknown {
    return issue.path?.at(-1)?.input;
}

function sentenceOf(issue: v.BaseIssue<unknown>): string {
    const missing = issue.type === 'strict_object' && issue.path?.at(-1)?.origin === 'key';
    const shape = shapeAt(schema as unknown as Shape, pathOf(issue));
    const description = shape === undefined ? undefined : v.getDescription(shape as never);
    if (missing) return `must be there${description === undefined ? '.' : `: ${lowerFirst(description)}`}`;
    // A driver's schema may leave valibot's own words, which speak of types.
    return /^Invalid /.test(issue.message) ? `is not valid: expected ${issue.expected ?? 'something else'}.` : issue.message;
}

function lowerFirst(sentence: string): string {
    return /^[A-Z][a-z' ]/.test(sentence) ? sentence.charAt(0).toLowerCase() + sentence.slice(1) : sentence;
}

function unknownKeySentence(path: readonly (string | number)[]): string {
    const known = Object.keys(keysOf(shapeAt(schema as unknown as Shape, path.slice(0, -1))));
    const near = nearest(String(path.at(-1)), known);
    if (near !== undefined) return `is not a known key; did you mean ${near}?`;
    return known.length === 0 ? 'is not a known key.' : `is not a known key; take it out. Known here: ${known.join(', ')}.`;
}

function remove(root: unknown, path: readonly (string | number)[]): void {
    const holder = valueAt(root, path.slice(0, -1));
    if (typeof holder === 'object' && holder !== null) delete (holder as Record<string, unknown>)[String(path.at(-1))];
}

/** Leaves a hole where a value is not valid on its own. */
function punch(root: unknown, path: readonly (string | number)[]): void {
    const holder = valueAt(root, path.slice(0, -1));
    if (typeof holder === 'object' && holder !== null) (holder as Record<string, unknown>)[String(path.at(-1))] = undefined;
}

function valueAt(root: unknown, path: readonly (string | number)[]): unknown {
    let value = root;
    for (const step of path) {
        if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
        value = (value as Record<string | number, unknown>)[step];
    }
    return value;
}

/** `operator.alert.after` is the operator's word for `timing.alertAfter`. */
function withDerived(config: ConfigBlocks): ConfigBlocks {
    const alertAfter = config.operator?.alert?.after;
    return alertAfter === undefined ? config : { ...config, timing: { ...config.timing, alertAfter } };
}
