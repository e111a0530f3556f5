/**
 * Document: the written form of a configuration, YAML, with the line of every key.
 *
 * Fails: never throws for what a person wrote; every problem is returned with its place.
 */
import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';

export interface Document {
    /** Plain data; `{}` where the text could not be read at all. */
    readonly data: unknown;
    /** Problems of the notation itself, with their line. */
    readonly problems: readonly { readonly line: number; readonly message: string }[];
    /** The line (from 1) of a key, or of the nearest block around it that is written. */
    lineOf(path: readonly (string | number)[]): number;
}

/** Reads YAML 1.2 (JSON included). */
export function readDocument(source: string): Document {
    const lineCounter = new LineCounter();
    const document = parseDocument(source, { lineCounter, uniqueKeys: true, prettyErrors: false });
    const lineAt = (offset: number) => Math.max(1, lineCounter.linePos(offset).line);
    const problems = document.errors.map((error) => ({
        line: lineAt(error.pos[0]),
        message: `is not valid YAML: ${error.message.split('\n')[0]?.replace(/\.$/, '')}.`,
    }));
    let data: unknown = {};
    if (problems.length === 0) {
        try {
            data = document.toJS({ maxAliasCount: 100 }) ?? {};
        } catch (error) {
            problems.push({ line: 1, message: `is not valid YAML: ${error instanceof Error ? error.message : 'it cannot be read'}.` });
        }
    }
    const lineOf = (path: readonly (string | number)[]) => {
        let line = offsetOf(document.contents);
        let node: unknown = document.contents;
        for (const step of path) {
            if (isMap(node)) {
                const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(step));
                if (pair === undefined) break;
                line = offsetOf(pair.key as Node);
                node = pair.value;
            } else if (isSeq(node)) {
                const item = node.items[Number(step)];
                if (item === undefined) break;
                line = offsetOf(item as Node);
                node = item;
            } else break;
        }
        return lineAt(line);
    };
    return { data, problems, lineOf };
}

function offsetOf(node: Node | null): number {
    return node?.range?.[0] ?? 0;
}
