/**
 * Camera: sees the kiosk's screen as a phone in a hand sees it, a little tilted and never quite still, and reads what is in the pixels.
 *
 * Rules: nothing is taken from the data behind the picture; a code that cannot be read in the picture is not read.
 */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { glassPicture, hello } from '../store.ts';
import { Bar } from './bar.tsx';
import { notice, outcome, question, takeCode } from './state.ts';
import { say } from './texts.ts';

/** The sensor, in the shape of the phone: about 700 pixels for the machine's screen, whatever its size. */
const width = 800;
const height = 1650;
const frameMs = 180;
const foundMs = 450;
type Sight = 'dark' | 'none' | 'found';

export function Camera() {
    const canvas = useRef<HTMLCanvasElement>(null);
    const sight = useSignal<Sight>('none');
    const picture = glassPicture.value;
    useEffect(() => {
        const context = canvas.current?.getContext('2d', { willReadFrequently: true });
        if (context === null || context === undefined) return;
        let over = false;
        let timer: ReturnType<typeof setTimeout> | undefined;
        const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
        sight.value = picture === undefined ? 'dark' : 'none';
        // A code is taken once while this picture stands there.
        const taken = new Set<string>();
        const run = async () => {
            const { readCode } = await import('./read-code.ts');
            const image = picture === undefined ? undefined : await loaded(picture);
            let turn = 0;
            const look = async () => {
                if (over) return;
                // A hand trembles slowly; whoever wants no motion gets the first view alone.
                draw(context, { image, angle: tilt + (still ? 0 : Math.sin(turn / 5) * 0.012), depth: hello.peek()?.display.depth ?? 24 });
                turn += 1;
                // Behind a question or its outcome nobody aims at anything: the next code there would be read unasked.
                const aims = image !== undefined && question.peek() === undefined && outcome.peek() === undefined;
                const text = aims ? readCode(context.getImageData(0, 0, width, height)) : undefined;
                if (text !== undefined && !taken.has(text)) {
                    sight.value = 'found';
                    // Long enough to be seen: a phone that jumps away at once leaves its owner behind.
                    await new Promise((done) => setTimeout(done, foundMs));
                    if (over) return;
                    if (!(await takeCode(text))) notice.value = { text: say('cameraStrange'), tone: 'plain' };
                    taken.add(text);
                } else if (text === undefined && aims) sight.value = 'none';
                if (!over) timer = setTimeout(() => void look(), frameMs);
            };
            await look();
        };
        void run();
        return () => {
            over = true;
            clearTimeout(timer);
        };
    }, [picture]);
    const words = sight.value === 'dark' ? 'cameraDark' : sight.value === 'found' ? 'cameraFound' : 'cameraNone';
    return (
        <div class="ph-screen ph-camera">
            <canvas ref={canvas} width={width} height={height} role="img" aria-label={say('cameraView')} />
            <div class="ph-camera-over">
                <Bar title={say('cameraTitle')} />
                <span class={`ph-aim ${sight.value}`} aria-hidden="true" />
                <p class="ph-camera-words" role="status">
                    {say(words)}
                </p>
            </div>
        </div>
    );
}

const tilt = -0.045;
const skew = 0.03;

async function loaded(url: string): Promise<HTMLImageElement | undefined> {
    const image = new Image();
    image.src = url;
    try {
        await image.decode();
        return image;
    } catch {
        return undefined;
    }
}

/** The wall behind the machine, the bezel, and the picture in it. */
function draw(context: CanvasRenderingContext2D, seen: { image: HTMLImageElement | undefined; angle: number; depth: number }): void {
    context.setTransform(1, 0, 0, 1, 0, 0);
    const wall = context.createLinearGradient(0, 0, width, height);
    wall.addColorStop(0, '#5d625f');
    wall.addColorStop(1, '#34383a');
    context.fillStyle = wall;
    context.fillRect(0, 0, width, height);
    context.transform(Math.cos(seen.angle), Math.sin(seen.angle), skew - Math.sin(seen.angle), Math.cos(seen.angle), width / 2, height / 2);
    const { image } = seen;
    const ratio = image === undefined ? 4 / 3 : image.naturalWidth / image.naturalHeight;
    const wide = Math.min(width * 0.8, height * 0.6 * ratio);
    const high = wide / ratio;
    context.fillStyle = '#141617';
    context.beginPath();
    context.roundRect(-wide / 2 - 26, -high / 2 - 26, wide + 52, high + 52, 22);
    context.fill();
    if (image === undefined) return;
    // Small panels have hard pixels, and a camera sees them so.
    context.imageSmoothingEnabled = image.naturalWidth > wide / 2;
    context.imageSmoothingQuality = 'high';
    context.drawImage(image, -wide / 2, -high / 2, wide, high);
    // A lens takes a little of the light at the edges.
    context.setTransform(1, 0, 0, 1, 0, 0);
    const shade = context.createRadialGradient(width / 2, height / 2, width * 0.35, width / 2, height / 2, width * 0.85);
    shade.addColorStop(0, 'rgb(0 0 0 / 0%)');
    shade.addColorStop(1, 'rgb(0 0 0 / 35%)');
    context.fillStyle = shade;
    context.fillRect(0, 0, width, height);
}
