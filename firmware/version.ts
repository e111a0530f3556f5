/** Version: of the product, as package.json names it. */
import manifest from '../package.json' with { type: 'json' };

export const version: string = manifest.version;
