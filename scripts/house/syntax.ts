/**
 * Syntax: TypeScript files as syntax trees for the house's own checks. Parsed by @swc/core, whose trees carry byte spans.
 */
import { parseSync } from '@swc/core';

/** Any node of the tree; the checks look at the few fields that they know. */
export interface SyntaxNode {
    readonly type: string;
    readonly span?: { readonly start: number; readonly end: number };
    readonly [field: string]: unknown;
}

export interface Problem {
    readonly path: string;
    /** 1-based; 0 for the file as a whole. */
    readonly line: number;
    readonly message: string;
}

/** Parses one module; `path` tells whether elements may stand in it. Throws a SyntaxError-like error for what is not TypeScript. */
export function parseModule(source: string, path = ''): SyntaxNode {
    return parseSync(source, { syntax: 'typescript', tsx: path.endsWith('.tsx'), target: 'es2024' }) as unknown as SyntaxNode;
}

export function isNode(value: unknown): value is SyntaxNode {
    return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
}

/** Calls `visit` for every node below and including `node`; where it answers false, the walk does not go deeper. `field` is the name under which the parent holds it. */
export function walk(node: unknown, visit: (node: SyntaxNode, field: string) => boolean, field = ''): void {
    if (Array.isArray(node)) {
        for (const item of node) walk(item, visit, field);
        return;
    }
    if (typeof node !== 'object' || node === null) return;
    if (isNode(node) && !visit(node, field)) return;
    for (const [name, child] of Object.entries(node)) {
        if (name !== 'span' && typeof child === 'object' && child !== null) walk(child, visit, name);
    }
}

/** The 1-based line of a node. */
export function lineOf(source: string, node: SyntaxNode): number {
    const bytes = Buffer.from(source, 'utf8').subarray(0, Math.max(0, (node.span?.start ?? 1) - 1));
    let line = 1;
    for (const byte of bytes) if (byte === 0x0a) line += 1;
    return line;
}

/** The text of a string literal or of a template without gaps. */
export function literalText(node: unknown): string | undefined {
    if (!isNode(node)) return undefined;
    if (node.type === 'StringLiteral') return String(node.value);
    const quasis = node.quasis;
    if (node.type === 'TemplateLiteral' && Array.isArray(quasis) && quasis.length === 1)
        return String((quasis[0] as { cooked?: unknown }).cooked);
    return undefined;
}
