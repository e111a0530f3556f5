/**
 * Purity: the pure rooms have no clock, no chance, no I/O and nothing that waits (design §1, style A1).
 */
import { isNode, lineOf, literalText, type Problem, parseModule, type SyntaxNode, walk } from './syntax.ts';

/** Names that reach the outside world, or time. */
const outside = new Set([
    'process',
    'console',
    'globalThis',
    'global',
    'performance',
    'crypto',
    'fetch',
    'require',
    'eval',
    'Function',
    'setTimeout',
    'setInterval',
    'setImmediate',
    'queueMicrotask',
    'navigator',
    'WeakRef',
    'FinalizationRegistry',
]);

/** Fields under which an identifier is a name, not a use: `a.process`, `{ process: 1 }`. */
const naming = new Set(['key', 'property', 'imported', 'exported', 'label']);

/** Everything in one source file that a pure room must not hold. */
export function purityProblems(path: string, source: string): Problem[] {
    const problems: Problem[] = [];
    const report = (node: SyntaxNode, message: string) => problems.push({ path, line: lineOf(source, node), message });
    walk(parseModule(source, path), (node, field) => {
        switch (node.type) {
            case 'TsTypeAnnotation':
            case 'TsTypeAliasDeclaration':
            case 'TsInterfaceDeclaration':
            case 'TsTypeParameterInstantiation':
            case 'TsTypeParameterDeclaration':
                return false;
            case 'ImportDeclaration': {
                const from = literalText(node.source) ?? '';
                if (!from.startsWith('.')) report(node, `a pure room imports "${from}"`);
                return false;
            }
            case 'CallExpression': {
                const callee = node.callee;
                if (isNode(callee) && callee.type === 'Import') report(node, 'a pure room uses import()');
                if (isNamed(callee, 'Date')) report(node, 'a pure room reads the clock: Date()');
                return true;
            }
            case 'NewExpression': {
                const given = node.arguments;
                if (isNamed(node.callee, 'Date') && (!Array.isArray(given) || given.length === 0)) {
                    report(node, 'a pure room reads the clock: new Date()');
                }
                return true;
            }
            case 'MemberExpression':
                for (const [object, member] of [
                    ['Date', 'now'],
                    ['Math', 'random'],
                ] as const) {
                    if (isNamed(node.object, object) && isMember(node.property, member))
                        report(node, `a pure room uses ${object}.${member}`);
                }
                // A computed property (`a[process]`) is a use like any other.
                return true;
            case 'AwaitExpression':
                report(node, 'a pure room waits: await');
                return true;
            case 'FunctionDeclaration':
            case 'FunctionExpression':
            case 'ArrowFunctionExpression':
                if (node.async === true) report(node, 'a pure room waits: async');
                return true;
            case 'Identifier': {
                const name = String(node.value);
                if (outside.has(name) && !naming.has(field)) report(node, `a pure room uses ${name}`);
                return true;
            }
            default:
                return true;
        }
    });
    return problems;
}

function isNamed(node: unknown, name: string): boolean {
    return isNode(node) && node.type === 'Identifier' && node.value === name;
}

function isMember(node: unknown, name: string): boolean {
    if (isNamed(node, name)) return true;
    return isNode(node) && node.type === 'Computed' && literalText(node.expression) === name;
}
