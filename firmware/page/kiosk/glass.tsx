/** Glass: the kiosk's real picture, in the shape of its display, with real buttons where it is touched. */
import type { TouchArea } from '../../ports/devices.ts';
import { glassPicture, hello, kiosk, powered } from '../store.ts';
import { touch } from './press.ts';

const noAreas: readonly TouchArea[] = [];
/** The width that a panel of hard pixels gets at most, unless it has more of them. */
const wholeMax = 640;

export function Glass() {
    const display = hello.value?.display;
    const glass = kiosk.glass.value;
    const screen = kiosk.screen.value;
    if (display === undefined) return null;
    const on = powered.value && glass !== undefined;
    const words = on ? (screen?.words ?? '') : 'The screen is dark.';
    const areas = on ? (glass.touch ?? noAreas) : noAreas;
    // A panel's hard pixels are shown whole: at any other size some would be wider than others.
    const whole = Math.max(1, Math.floor(wholeMax / display.width)) * display.width;
    return (
        <div
            class="glass-place"
            style={{
                '--ratio': `${display.width} / ${display.height}`,
                '--ratio-number': display.width / display.height,
                '--whole': `${whole}px`,
            }}
        >
            <div class={`bezel ${display.form}`}>
                <div class="glass" data-kind={on ? (screen?.kind ?? glass.kind) : 'dark'} data-frame={on ? glass.id : undefined}>
                    {glassPicture.value === undefined ? null : (
                        <img
                            src={glassPicture.value}
                            alt="The kiosk’s screen"
                            width={display.width}
                            height={display.height}
                            draggable={false}
                            class={display.depth === 1 ? 'one-bit' : ''}
                        />
                    )}
                    {on && glass.lines !== undefined ? <pre class="letters">{glass.lines.join('\n')}</pre> : null}
                    {areas.map((area) => (
                        <button
                            key={`${area.key} ${area.x} ${area.y}`}
                            type="button"
                            class="touch"
                            data-key={area.key}
                            aria-label={area.label}
                            lang={screen?.lang}
                            style={{
                                left: `${(area.x / display.width) * 100}%`,
                                top: `${(area.y / display.height) * 100}%`,
                                width: `${(area.width / display.width) * 100}%`,
                                height: `${(area.height / display.height) * 100}%`,
                            }}
                            onClick={() => void touch(area.key)}
                        />
                    ))}
                </div>
            </div>
            <p class="unseen" aria-live="polite" lang={on ? screen?.lang : 'en'}>
                {words}
            </p>
        </div>
    );
}
