/**
 * Shape: which glyphs a cluster of letters becomes, and where each stands: marks above and below, SARA AM. Harfbuzz decides.
 *
 * Its wasm (434 kB) is called directly and made in the moment of the first question: the package's own door is asynchronous, while
 * letters are measured inside a layout, and no language but those that join letters should pay for it.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** A glyph of a shaped cluster, in the font's own units; y upwards. */
export interface PlacedGlyph {
    /** The glyph's number in the font file. */
    readonly index: number;
    /** Where its origin stands, counted from the cluster's. */
    readonly x: number;
    readonly y: number;
}

export interface ShapedCluster {
    readonly glyphs: readonly PlacedGlyph[];
    /** How far the pen moves on. */
    readonly advance: number;
}

export interface Shaper {
    /** @param text letters of one cluster, in the order in which they are written in memory. */
    shape(text: string): ShapedCluster;
}

/** What is called of `harfbuzz.wasm`: pointers are numbers. */
interface Harfbuzz {
    readonly memory: WebAssembly.Memory;
    malloc(bytes: number): number;
    hb_blob_create(data: number, length: number, mode: number, userData: number, destroy: number): number;
    hb_face_create(blob: number, index: number): number;
    hb_font_create(face: number): number;
    hb_buffer_create(): number;
    hb_buffer_reset(buffer: number): void;
    hb_buffer_add_utf16(buffer: number, text: number, length: number, offset: number, count: number): void;
    hb_buffer_guess_segment_properties(buffer: number): void;
    hb_buffer_get_length(buffer: number): number;
    hb_buffer_get_glyph_infos(buffer: number, length: number): number;
    hb_buffer_get_glyph_positions(buffer: number, length: number): number;
    hb_shape(font: number, buffer: number, features: number, count: number): void;
}

/** HB_MEMORY_MODE_READONLY: harfbuzz reads the font's bytes where we put them. */
const readOnly = 1;
/** Bytes of a `hb_glyph_info_t` and of a `hb_glyph_position_t` (hb-buffer.h). */
const recordBytes = 20;
const pageBytes = 65_536;
/** Of one cluster; a longer heap of marks is shown as far as this. */
const unitsMax = 64;

let harfbuzz: { readonly calls: Harfbuzz; readonly buffer: number; readonly text: number } | undefined;

/**
 * Shapes with one font file. The font stays in memory for as long as the process runs: there are two, one a weight.
 * @param font the file's bytes in sfnt form. @throws where the package harfbuzzjs is not installed.
 */
export function openShaper(font: Uint8Array): Shaper {
    harfbuzz ??= load();
    const { calls, buffer, text: place } = harfbuzz;
    const data = calls.malloc(font.byteLength);
    new Uint8Array(calls.memory.buffer).set(font, data);
    const made = calls.hb_font_create(calls.hb_face_create(calls.hb_blob_create(data, font.byteLength, readOnly, 0, 0), 0));
    return {
        shape(text) {
            const length = Math.min(text.length, unitsMax);
            calls.hb_buffer_reset(buffer);
            const units = new Uint16Array(calls.memory.buffer, place, unitsMax);
            for (let index = 0; index < length; index++) units[index] = text.charCodeAt(index);
            calls.hb_buffer_add_utf16(buffer, place, length, 0, length);
            calls.hb_buffer_guess_segment_properties(buffer);
            calls.hb_shape(made, buffer, 0, 0);
            return shapedOf(calls, buffer);
        },
    };
}

function shapedOf(calls: Harfbuzz, buffer: number): ShapedCluster {
    const count = calls.hb_buffer_get_length(buffer);
    const infos = calls.hb_buffer_get_glyph_infos(buffer, 0);
    const positions = calls.hb_buffer_get_glyph_positions(buffer, 0);
    // A view made now: memory that has grown leaves older views empty.
    const view = new DataView(calls.memory.buffer);
    const glyphs: PlacedGlyph[] = [];
    let advance = 0;
    for (let index = 0; index < count; index++) {
        const position = positions + index * recordBytes;
        glyphs.push({
            index: view.getUint32(infos + index * recordBytes, true),
            x: advance + view.getInt32(position + 8, true),
            y: view.getInt32(position + 12, true),
        });
        advance += view.getInt32(position, true);
    }
    return { glyphs, advance };
}

function load(): NonNullable<typeof harfbuzz> {
    const path = createRequire(import.meta.url).resolve('harfbuzzjs/dist/harfbuzz.wasm');
    const stop = () => {
        throw new Error('harfbuzz gave up');
    };
    const none = () => undefined;
    let memory: WebAssembly.Memory | undefined;
    const grow = (bytes: number): number => {
        const more = Math.ceil((bytes - (memory?.buffer.byteLength ?? 0)) / pageBytes);
        if (memory === undefined || more < 0) return 0;
        memory.grow(more);
        return 1;
    };
    const instance = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(path)), {
        wasi_snapshot_preview1: { proc_exit: stop },
        env: { _abort_js: stop, _emscripten_runtime_keepalive_clear: none, _setitimer_js: none, emscripten_resize_heap: grow },
    });
    const calls = instance.exports as unknown as Harfbuzz & { _initialize?(): void };
    memory = calls.memory;
    calls._initialize?.();
    return { calls, buffer: calls.hb_buffer_create(), text: calls.malloc(unitsMax * 2) };
}
