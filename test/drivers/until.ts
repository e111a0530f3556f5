/** Waiting for the real world: a condition that another process or the kernel fulfils. */

/** Resolves when `condition` holds; rejects with `what` when it does not within ten seconds. */
export async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
    const end = performance.now() + 10_000;
    while (!(await condition())) {
        if (performance.now() > end) throw new Error(`waited in vain until ${what}`);
        await new Promise((resolve) => setTimeout(resolve, 5));
    }
}
