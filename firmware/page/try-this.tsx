/** Try this: three small steps for a first visit. */

export function TryThis() {
    return null;
}
