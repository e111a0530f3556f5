/** Shape: looks into a valibot schema: which keys a block may have, and which kinds of value a place takes. Pure. */
import type * as v from 'valibot';

/** A schema as far as we need to look into it. */
export type Shape = v.GenericSchema & {
    readonly entries?: Readonly<Record<string, Shape>>;
    readonly wrapped?: Shape;
    readonly item?: Shape;
    readonly value?: Shape;
    readonly options?: readonly (Shape | string)[];
    readonly pipe?: readonly Shape[];
};

/** The keys that a block of this schema may have, with their schemas; those of every variant together. */
export function keysOf(shape: Shape | undefined): Readonly<Record<string, Shape>> {
    if (shape === undefined) return {};
    if (shape.entries !== undefined) return shape.entries;
    if (shape.wrapped !== undefined) return keysOf(shape.wrapped);
    if (shape.pipe !== undefined && shape.pipe[0] !== shape) return keysOf(shape.pipe[0]);
    if (Array.isArray(shape.options)) {
        return Object.assign({}, ...shape.options.map((option) => (typeof option === 'object' ? keysOf(option) : {})));
    }
    return {};
}

/** The schema at a path; undefined where the path leaves what is known. */
export function shapeAt(root: Shape, path: readonly (string | number)[]): Shape | undefined {
    let shape: Shape | undefined = root;
    for (const step of path) {
        const inner: Shape | undefined = shape === undefined ? undefined : unwrapped(shape);
        shape = keysOf(inner)[String(step)] ?? inner?.item ?? (inner?.type === 'record' ? inner.value : undefined);
    }
    return shape;
}

/** The schema inside `optional` and pipes. */
export function unwrapped(shape: Shape): Shape {
    if (shape.wrapped !== undefined) return unwrapped(shape.wrapped);
    const first = shape.pipe?.[0];
    return first !== undefined && first !== shape && first.kind === 'schema' ? unwrapped(first) : shape;
}

/** The kinds of value that a place takes: `string`, `number`, `boolean`, or `json` for blocks and lists. */
export function typesOf(shape: Shape): Set<string> {
    const inner = unwrapped(shape);
    if (inner.type === 'union') {
        return new Set((inner.options ?? []).flatMap((option) => (typeof option === 'object' ? [...typesOf(option)] : [])));
    }
    if (['string', 'picklist', 'literal', 'enum'].includes(inner.type)) return new Set(['string']);
    if (inner.type === 'number' || inner.type === 'boolean') return new Set([inner.type]);
    return new Set(['json']);
}
