/** Styles: a style sheet that is imported is bundled beside the script; it has no value. */
declare module '*.css';
