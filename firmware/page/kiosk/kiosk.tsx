/** Kiosk: the machine as an object: its screen, its keys, its scanner, its goods. */

export function Kiosk() {
    return <p class="quiet">One moment …</p>;
}
