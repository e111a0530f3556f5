/** What scripts/fonts.ts uses of subset-font, which ships no types. */
declare module 'subset-font' {
    function subsetFont(
        font: Uint8Array,
        text: string,
        options: { targetFormat: 'truetype' | 'woff'; noHinting: boolean; keepFeatures: string[] },
    ): Promise<Uint8Array>;
    export = subsetFont;
}
