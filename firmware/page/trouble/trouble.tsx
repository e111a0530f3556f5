/** Trouble: switches that really break something. */

export function Trouble() {
    return <section class="trouble" id="trouble" aria-label="Trouble" />;
}
