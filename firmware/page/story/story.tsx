/** Story: each sale told in plain words, the newest on top. */

export function Story() {
    return <section class="story" id="story" aria-label="The story" />;
}
