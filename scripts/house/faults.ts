/**
 * Fault codes: each is made in one place, named by a test, and listed in docs/errors.md with what an operator does (style A6).
 *
 * A code is a word in capitals that stands as `code` in `new Fault({ … })` or in a table of codes with their `message`, or as an
 * argument (or `code` of an argument) of a function whose name ends in `Fault`. In the document, a code is the first cell of a table row under a heading that says "Fault".
 */
import { isNode, lineOf, literalText, type Problem, parseModule, type SyntaxNode, walk } from './syntax.ts';

export interface MadeCode {
    readonly code: string;
    readonly path: string;
    readonly line: number;
}

const codePattern = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$/;

/** Every place in one source file where a fault code is made. */
export function codesMade(path: string, source: string): MadeCode[] {
    const made: MadeCode[] = [];
    const taken = new Set<SyntaxNode>();
    const take = (node: unknown) => {
        if (!isNode(node) || taken.has(node)) return;
        taken.add(node);
        const text = literalText(node);
        if (text !== undefined) {
            if (codePattern.test(text)) made.push({ code: text, path, line: lineOf(source, node) });
        } else if (node.type === 'ConditionalExpression') {
            take(node.consequent);
            take(node.alternate);
        } else if (node.type === 'BinaryExpression' && (node.operator === '??' || node.operator === '||')) {
            take(node.left);
            take(node.right);
        } else if (node.type === 'ParenthesisExpression' || node.type === 'TsAsExpression' || node.type === 'TsConstAssertion') {
            take(node.expression);
        }
    };
    walk(parseModule(source, path), (node) => {
        if (node.type === 'ObjectExpression' && propertyOf(node, 'message') !== undefined) take(propertyOf(node, 'code'));
        if (node.type !== 'NewExpression' && node.type !== 'CallExpression') return true;
        if (!/fault$/i.test(calleeName(node.callee))) return true;
        for (const argument of asArray(node.arguments)) {
            const expression = (argument as { expression?: unknown }).expression;
            if (isNode(expression) && expression.type === 'ObjectExpression') take(propertyOf(expression, 'code'));
            else if (node.type === 'CallExpression') take(expression);
        }
        return true;
    });
    return made;
}

/** Codes that the document lists, each with its line. */
export function codesDocumented(markdown: string): Map<string, number> {
    const codes = new Map<string, number>();
    let inFaults = false;
    markdown.split('\n').forEach((text, index) => {
        const heading = /^#+\s+(.*)$/.exec(text);
        if (heading !== null) inFaults = /fault/i.test(heading[1]!);
        const row = /^\|\s*`([A-Z0-9_]+)`\s*\|/.exec(text);
        if (inFaults && row !== null && codePattern.test(row[1]!)) codes.set(row[1]!, index + 1);
    });
    return codes;
}

/**
 * Compares code, document and tests.
 *
 * @param order.document text of docs/errors.md, undefined while it does not exist: then only the other rules hold.
 * @param order.tests texts of all test files.
 */
export function faultProblems(order: { made: readonly MadeCode[]; document: string | undefined; tests: readonly string[] }): Problem[] {
    const problems: Problem[] = [];
    const documentPath = 'docs/errors.md';
    const documented = order.document === undefined ? undefined : codesDocumented(order.document);
    const places = new Map<string, MadeCode[]>();
    for (const made of order.made) places.set(made.code, [...(places.get(made.code) ?? []), made]);
    for (const [code, list] of places) {
        const first = list[0]!;
        const others = list.slice(1).map((place) => `${place.path}:${place.line}`);
        if (others.length > 0)
            problems.push({
                path: first.path,
                line: first.line,
                message: `${code} is made in more than one place: also ${others.join(', ')}`,
            });
        const word = new RegExp(`\\b${code}\\b`);
        if (!order.tests.some((text) => word.test(text)))
            problems.push({ path: first.path, line: first.line, message: `${code} is named by no test` });
        if (documented !== undefined && !documented.has(code))
            problems.push({ path: first.path, line: first.line, message: `${code} is missing in ${documentPath}` });
    }
    for (const [code, line] of documented ?? []) {
        if (!places.has(code)) problems.push({ path: documentPath, line, message: `${code} is documented, but nothing makes it` });
    }
    return problems;
}

function calleeName(callee: unknown): string {
    if (!isNode(callee)) return '';
    if (callee.type === 'Identifier') return String(callee.value);
    if (callee.type === 'MemberExpression') return calleeName(callee.property);
    return '';
}

function propertyOf(object: SyntaxNode, name: string): unknown {
    for (const property of asArray(object.properties)) {
        if (!isNode(property) || property.type !== 'KeyValueProperty') continue;
        const key = property.key;
        if (isNode(key) && key.value === name) return property.value;
    }
    return undefined;
}

function asArray(value: unknown): readonly unknown[] {
    return Array.isArray(value) ? value : [];
}
