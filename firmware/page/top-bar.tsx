/** Top bar: whose kiosk this is, and whether it can sell. */
import { hello } from './store.ts';

export function TopBar() {
    return (
        <header class="top">
            <h1>Tillbox</h1>
            <span class="quiet">{hello.value?.kiosk}</span>
        </header>
    );
}
