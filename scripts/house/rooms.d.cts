/** Types of rooms.cjs. */
export interface Room {
    readonly name: string;
    readonly files: string;
    readonly doors: readonly string[];
    readonly lazy?: readonly string[];
    readonly packages?: readonly string[];
    readonly node?: boolean;
    readonly pure?: boolean;
}
export declare const paintPackages: readonly string[];
export declare const rooms: readonly Room[];
export declare function roomOf(path: string): Room | undefined;
