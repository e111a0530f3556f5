/** Story: each sale told in plain words, the newest on top, with what each step means for the customer and the money. */
import { computed, useSignal } from '@preact/signals';
import { Mark } from '../parts/mark.tsx';
import { records } from '../store.ts';
import { clockTime } from '../telling.ts';
import './story.css';
import { type SaleStory, type StoryStep, storiesOf } from './story-of.ts';

const stories = computed(() => storiesOf(records.value));
const shownFirst = 4;

export function Story() {
    const all = useSignal(false);
    const list = stories.value;
    const shown = all.value ? list : list.slice(0, shownFirst);
    return (
        <section class="story card" id="story" aria-labelledby="story-title">
            <header class="part-head">
                <div>
                    <h2 id="story-title">The story</h2>
                    <p class="quiet">What happens, as the machine writes it down.</p>
                </div>
            </header>
            {list.length === 0 ? (
                <p class="quiet empty">Nothing has been bought yet. Choose something at the kiosk, and its story begins here.</p>
            ) : (
                <ol class="stories">
                    {shown.map((sale, index) => (
                        <li key={sale.saleId}>
                            <OneStory sale={sale} newest={index === 0} />
                        </li>
                    ))}
                </ol>
            )}
            {list.length > shownFirst ? (
                <button
                    type="button"
                    class="button small plain"
                    onClick={() => {
                        all.value = !all.value;
                    }}
                >
                    {all.value ? 'Only the newest' : `All ${list.length} stories`}
                </button>
            ) : null}
        </section>
    );
}

function OneStory({ sale, newest }: { sale: SaleStory; newest: boolean }) {
    return (
        <details class="sale" open={newest} data-sale={sale.saleId} data-standing={sale.standing}>
            <summary>
                <span class="sale-title">{sale.title}</span>
                <Mark tone={sale.tone}>{sale.standing}</Mark>
                <span class="sale-purse small quiet">{sale.purse}</span>
                <time class="small quiet digits" dateTime={sale.at}>
                    {clockTime(sale.at)}
                </time>
            </summary>
            <ol class="steps" aria-live={newest ? 'polite' : 'off'} aria-relevant="additions">
                {sale.steps.map((step) => (
                    <Step key={step.seq} step={step} />
                ))}
            </ol>
        </details>
    );
}

function Step({ step }: { step: StoryStep }) {
    return (
        <li class={`step ${step.mood}`}>
            <time class="step-time digits small quiet" dateTime={step.time}>
                {clockTime(step.time)}
            </time>
            <p class="step-words">{step.words}</p>
            {step.meaning === undefined ? null : <p class="step-meaning small">{step.meaning}</p>}
        </li>
    );
}
