/**
 * JSON Schema: the configuration's schema for editors and other programs (draft-07, which editors of YAML know best).
 *
 * What several keys say together (cross-checks.ts) has no words in it: `till config check` tells that.
 */
import { toJsonSchema } from '@valibot/to-json-schema';
import { schema } from './check.ts';

export interface JsonSchema {
    readonly $schema?: string;
    readonly title?: string;
    readonly description?: string;
    readonly type?: string | readonly string[];
    readonly properties?: Readonly<Record<string, JsonSchema>>;
    readonly required?: readonly string[];
    readonly items?: JsonSchema;
    readonly anyOf?: readonly JsonSchema[];
    readonly enum?: readonly unknown[];
    readonly const?: unknown;
    readonly default?: unknown;
    readonly pattern?: string;
    readonly [keyword: string]: unknown;
}

/** The published schema of a configuration as it is written: durations are still text. */
export function configJsonSchema(): JsonSchema {
    // Checks in code cannot be said in JSON Schema; everything else is kept, and bounds behind a transformation are in the sentences.
    const converted = toJsonSchema(schema, { typeMode: 'input', errorMode: 'ignore', target: 'draft-07' });
    return { ...(converted as unknown as JsonSchema), title: 'Tillbox kiosk configuration' };
}
