/**
 * Screen: the kiosk's picture over the whole window, for a panel under a kiosk browser.
 *
 * Rules: a picture is acknowledged only when it has been painted; a window that nobody can see is no panel; a place that can be touched is a
 * button with a name; nothing can be selected, dragged or enlarged. See standing.ts for when it is black.
 */
import { keepLive } from '../live.ts';
import { Player } from '../parts/player.ts';
import { momentIn } from './moments.ts';
import './screen.css';
import { type ScreenFrame, Standing } from './standing.ts';

const lookEveryMs = 100;
const cursorMs = 1500;
const takeBackEveryMs = 5000;

const root = document.getElementById('screen')!;
const stage = make('div', 'stage');
const words = make('p', 'unseen');
words.setAttribute('aria-live', 'polite');
const notice = make('p', 'notice');
notice.setAttribute('role', 'status');
// The words below the code say until when; the line along the edge shows how it runs out, and needs no language.
const countdown = make('div', 'countdown');
countdown.setAttribute('aria-hidden', 'true');
root.append(stage, words, notice);

const standing = new Standing(() => performance.now());
const player = new Player();
let language = document.documentElement.lang;
let painted: number | undefined;
let wanted: number | undefined;
let picture: HTMLImageElement | undefined;

function make<Name extends keyof HTMLElementTagNameMap>(name: Name, className: string): HTMLElementTagNameMap[Name] {
    const element = document.createElement(name);
    element.className = className;
    return element;
}

function tell(path: string, body: object): void {
    void fetch(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
    }).catch(() => undefined);
}

/** Shows what may stand now; cheap where nothing has changed. */
function look(): void {
    const view = standing.view();
    if (view.kind === 'frame') {
        const part = standing.leftPart();
        countdown.hidden = part === undefined;
        countdown.style.setProperty('--left', String(part ?? 0));
        if (wanted !== view.frame.id) void paint(view.frame);
        return;
    }
    darken();
    notice.textContent =
        view.kind === 'replaced'
            ? 'This screen is shown in another window now. Touch here to take it back.'
            : view.words
              ? momentIn(language)
              : '';
}

function darken(): void {
    if (picture === undefined && wanted === undefined) return;
    wanted = undefined;
    clear();
}

function clear(): void {
    picture = undefined;
    painted = undefined;
    stage.replaceChildren();
    words.textContent = '';
    player.stop();
}

async function paint(frame: ScreenFrame): Promise<void> {
    wanted = frame.id;
    const image = new Image(frame.width, frame.height);
    image.alt = '';
    image.draggable = false;
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(frame.svg)}`;
    try {
        await image.decode();
    } catch {
        // Not drawn is not shown: without an acknowledgement the kiosk counts the display as faulty. What stood before may be a code that is
        // over by now.
        if (wanted === frame.id) clear();
        return;
    }
    // Meanwhile it may have been overtaken, or its time may be over.
    const view = standing.view();
    if (wanted !== frame.id || view.kind !== 'frame' || view.frame.id !== frame.id) return;
    fit(frame);
    if (picture === undefined) stage.prepend(image);
    else picture.replaceWith(image);
    picture = image;
    if (countdown.parentElement !== stage) stage.append(countdown);
    setAreas(frame);
    notice.textContent = '';
    const { page } = frame;
    if (page !== undefined) {
        language = page.lang;
        document.documentElement.lang = page.lang;
        if (words.textContent !== page.words) words.textContent = page.words;
        if (page.sound !== undefined) player.play(page.sound, page.lang);
    }
    // The first callback runs before the picture is painted, the second one after it.
    requestAnimationFrame(() =>
        requestAnimationFrame(() => {
            if (wanted !== frame.id || painted === frame.id) return;
            painted = frame.id;
            tell('/v1/screen/shown', { id: frame.id });
        }),
    );
}

/** As large as the window allows, in its own shape. */
function fit({ width, height }: { width: number; height: number }): void {
    stage.style.setProperty('--width', String(width));
    stage.style.setProperty('--height', String(height));
}

function setAreas(frame: ScreenFrame): void {
    const areas = frame.page?.touch ?? [];
    const known = new Map([...stage.querySelectorAll('button')].map((button) => [button.dataset.key, button]));
    const buttons = areas.map((area) => {
        const button = known.get(area.key) ?? newArea(area.key);
        known.delete(area.key);
        button.setAttribute('aria-label', area.label);
        button.style.left = `${(area.x / frame.width) * 100}%`;
        button.style.top = `${(area.y / frame.height) * 100}%`;
        button.style.width = `${(area.width / frame.width) * 100}%`;
        button.style.height = `${(area.height / frame.height) * 100}%`;
        return button;
    });
    for (const button of known.values()) button.remove();
    // In the order of the frame, so that the tabulator goes from the most useful to the least; one that is moved would lose the focus.
    let before: Element | null = picture ?? null;
    for (const button of buttons) {
        if (button.previousElementSibling !== before || button.parentElement !== stage)
            stage.insertBefore(button, before?.nextElementSibling ?? null);
        before = button;
    }
}

function newArea(key: string): HTMLButtonElement {
    const button = make('button', 'area');
    button.type = 'button';
    button.dataset.key = key;
    button.addEventListener('click', () => tell('/v1/screen/touch', { key }));
    return button;
}

let leave: (() => void) | undefined;

/** Becomes the kiosk's screen, where it can be seen: a hidden window paints nothing, and would keep the panel from one that does. */
function attach(): void {
    leave?.();
    leave = undefined;
    if (document.visibilityState === 'hidden') return;
    leave = keepLive({
        url: () => '/v1/screen/live',
        onLink: () => undefined,
        silentMs: 5000,
        events: {
            frame: (data) => {
                // The same picture comes again after a loss: it is painted and acknowledged anew.
                painted = undefined;
                wanted = undefined;
                standing.show(data as ScreenFrame);
                look();
            },
            beat: () => {
                standing.beat();
                look();
            },
            // A window that came back by itself would fight with the newer one for ever.
            replaced: () => {
                leave?.();
                leave = undefined;
                standing.replace();
                look();
            },
        },
    });
}

/**
 * Takes the screen back once the newer window has gone, as far as the kiosk tells: it names a missing display only while nothing can be paid
 * without it. A touch takes it back at any time.
 */
async function takeBack(): Promise<void> {
    if (leave !== undefined) return;
    const answer = await fetch('/healthz', { cache: 'no-store' }).catch(() => undefined);
    const health = (await answer?.json().catch(() => undefined)) as { reasons?: readonly string[] } | undefined;
    if (leave === undefined && health?.reasons?.includes('display-offline') === true) attach();
}

attach();
setInterval(look, lookEveryMs);
setInterval(() => void takeBack(), takeBackEveryMs);

// A kiosk browser may let sound play at any time; every other one waits for a finger.
addEventListener('pointerdown', () => {
    player.wake();
    // Whoever touches this one stands before it.
    if (leave === undefined) attach();
});

/** Keeps the panel lit while it is looked at. */
function stayAwake(): void {
    if (document.visibilityState !== 'visible' || !('wakeLock' in navigator)) return;
    navigator.wakeLock.request('screen').catch(() => undefined);
}
stayAwake();
document.addEventListener('visibilitychange', () => {
    stayAwake();
    if (standing.view().kind === 'replaced') return;
    // What stood here before must not flash up when the window is seen again.
    if (document.visibilityState === 'hidden') darken();
    attach();
});

for (const type of ['contextmenu', 'dragstart', 'selectstart', 'gesturestart']) addEventListener(type, (event) => event.preventDefault());
addEventListener('wheel', (event) => event.preventDefault(), { passive: false });
addEventListener('keydown', (event) => {
    if ((event.ctrlKey || event.metaKey) && ['+', '-', '=', '0'].includes(event.key)) event.preventDefault();
});

// A finger needs no arrow; a mouse that is moved does.
let cursorTimer: ReturnType<typeof setTimeout> | undefined;
addEventListener('pointermove', (event) => {
    if (event.pointerType !== 'mouse') return;
    root.classList.add('pointed');
    clearTimeout(cursorTimer);
    cursorTimer = setTimeout(() => root.classList.remove('pointed'), cursorMs);
});
