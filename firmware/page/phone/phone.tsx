/** Phone: the customer's wallet beside the kiosk. */

export function Phone() {
    return <p class="quiet">The phone is on its way.</p>;
}
