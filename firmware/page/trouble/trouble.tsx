/** Trouble: a drawer of switches, each of which really breaks something, with what to expect of it. */
import { useSignal } from '@preact/signals';
import { Mark } from '../parts/mark.tsx';
import { hello, kiosk, quiet, sandboxLink, sandboxUrl, stage, stageLink, stageUrl } from '../store.ts';
import { give, mendAll, plug, refusal, seenNow, until } from './acts.ts';
import { groups, type Stand, type Switch, type SwitchGroup, troublesOn } from './switches.ts';
import './trouble.css';

export function Trouble() {
    const open = useSignal(true);
    const on = troublesOn(seenNow()) + (stage.value?.kiosk.state === 'off' ? 1 : 0);
    return (
        <section class="trouble card" id="trouble" aria-labelledby="trouble-title">
            <header class="part-head">
                <div>
                    <h2 id="trouble-title">Trouble</h2>
                    <p class="quiet">Break something, then buy. Each switch really does it.</p>
                </div>
                <div class="part-acts">
                    <span aria-live="polite">
                        <TroubleMark on={on} />
                    </span>
                    <button type="button" class="button small" disabled={on === 0} onClick={() => void mendAll()}>
                        All well again
                    </button>
                    <button
                        type="button"
                        class="button small plain"
                        aria-expanded={open.value}
                        aria-controls="trouble-drawer"
                        onClick={() => {
                            open.value = !open.value;
                        }}
                    >
                        {open.value ? 'Close the drawer' : 'Open the drawer'}
                    </button>
                </div>
            </header>
            <p class="refusal" role="alert">
                {refusal.value}
            </p>
            <div id="trouble-drawer" class="drawer" hidden={!open.value}>
                <Plug />
                <div class="switch-groups">
                    {groups.map((group) => (
                        <Group key={group.id} group={group} />
                    ))}
                </div>
            </div>
        </section>
    );
}

/** All is well only where everybody who would know answers. */
function TroubleMark({ on }: { on: number }) {
    if (on > 0) return <Mark tone="bad">{on === 1 ? '1 trouble' : `${on} troubles`}</Mark>;
    if (quiet.value === 'starting') return <Mark tone="wait">starting</Mark>;
    if (quiet.value !== undefined) return <Mark tone="bad">the kiosk does not answer</Mark>;
    if (sandboxUrl.value !== undefined && sandboxLink.value === 'off') return <Mark tone="bad">the sandbox does not answer</Mark>;
    return <Mark tone="good">all is well</Mark>;
}

function Plug() {
    const state = stage.value?.kiosk.state;
    const there = stageUrl.value !== undefined && stageLink.value === 'on';
    const off = state === 'off';
    return (
        <div class={`plug ${off ? 'is-out' : ''}`}>
            <PlugDrawing out={off} />
            <div class="plug-words">
                <h3>{off ? 'The plug is out' : 'Pull the plug'}</h3>
                <p class="quiet small">
                    {there
                        ? off
                            ? 'The process was killed in the middle of whatever it did. Put the plug in and watch how each sale is settled.'
                            : 'Kills the kiosk’s process at once (SIGKILL), in any phase of a sale. Nothing is lost, and nobody pays for nothing.'
                        : 'Only npm start holds the plug: this kiosk was started by itself.'}
                </p>
            </div>
            <button
                type="button"
                class={`button ${off ? 'first' : 'danger'}`}
                disabled={!there || state === 'starting'}
                onClick={() => void plug(off)}
            >
                {state === 'starting' ? 'Starting …' : off ? 'Plug in' : 'Pull the plug'}
            </button>
        </div>
    );
}

function PlugDrawing({ out }: { out: boolean }) {
    return (
        <svg class="plug-drawing" viewBox="0 0 72 40" width="72" height="40" aria-hidden="true">
            <rect x="46" y="4" width="24" height="32" rx="6" class="wall" />
            <circle cx="58" cy="14" r="2.4" class="hole" />
            <circle cx="58" cy="26" r="2.4" class="hole" />
            <g class={out ? 'lead out' : 'lead'}>
                <path d="M0 20h16" class="cord" />
                <rect x="14" y="9" width="22" height="22" rx="5" class="head" />
                <path d="M36 14h12M36 26h12" class="pins" />
            </g>
        </svg>
    );
}

function Group({ group }: { group: SwitchGroup }) {
    const scope = useSignal('');
    const slots = Object.keys(kiosk.slots.value ?? {});
    const chosen = group.bySlot && scope.value !== '' && slots.includes(scope.value) ? scope.value : undefined;
    return (
        <fieldset class="switch-group">
            <legend>{group.title}</legend>
            {group.bySlot && slots.length > 0 ? (
                <label class="scope small">
                    in{' '}
                    <select
                        value={chosen ?? ''}
                        onChange={(event) => {
                            scope.value = event.currentTarget.value;
                        }}
                    >
                        <option value="">every slot</option>
                        {slots.map((slot) => (
                            <option key={slot} value={slot}>
                                slot {slot}
                            </option>
                        ))}
                    </select>
                </label>
            ) : null}
            {group.switches.map((one) => (
                <SwitchRow key={one.id} one={one} scope={chosen} />
            ))}
        </fieldset>
    );
}

function SwitchRow({ one, scope }: { one: Switch; scope: string | undefined }) {
    // While its orders are under way it stands as before: half of them obeyed is no state of its own.
    const held = useSignal<Stand | undefined>(undefined);
    const seen = seenNow();
    const stand = held.value ?? one.stand(seen, scope);
    const why = whyNot(one);
    const hits = one.hits?.(seen) ?? 0;
    const turn = async () => {
        if (held.value !== undefined) return;
        held.value = stand;
        const wanted = stand === 'off' ? 'on' : 'off';
        if (await give(one.turn(seen, wanted === 'on', scope))) await until(() => one.stand(seenNow(), scope) === wanted);
        held.value = undefined;
    };
    return (
        <div class={`switch-row ${stand}`}>
            <button
                type="button"
                role="switch"
                class="switch"
                id={`switch-${one.id}`}
                data-trouble={one.id}
                aria-checked={stand !== 'off'}
                aria-labelledby={`switch-${one.id}-label`}
                aria-describedby={`switch-${one.id}-expect`}
                aria-busy={held.value !== undefined}
                disabled={why !== undefined}
                onClick={() => void turn()}
            >
                <span class="knob" />
            </button>
            <div>
                <label class="switch-label" id={`switch-${one.id}-label`} for={`switch-${one.id}`}>
                    {one.label}
                    {stand === 'mixed' ? <span class="quiet small"> in some slots</span> : null}
                    {stand !== 'off' && hits > 0 ? (
                        <span class="quiet small digits"> struck {hits === 1 ? 'once' : `${hits} times`}</span>
                    ) : null}
                </label>
                <p class="quiet small" id={`switch-${one.id}-expect`}>
                    {why ?? one.expect}
                </p>
            </div>
        </div>
    );
}

/** Why a switch cannot be turned now. */
function whyNot(one: Switch): string | undefined {
    if (one.of === 'sandbox') {
        if (sandboxUrl.value === undefined) return 'This kiosk talks to a gateway that is not a sandbox on this machine.';
        return sandboxLink.value === 'on' ? undefined : 'The sandbox does not answer.';
    }
    if (quiet.value !== undefined) return quiet.value === 'unplugged' ? 'The kiosk has no power.' : 'The kiosk does not answer now.';
    const devices = hello.value?.devices;
    if (one.id.startsWith('slot-')) return devices?.dispenser === true ? undefined : 'This kiosk has no dispenser that could fail.';
    if (one.id === 'scanner') return devices?.scanner === true ? undefined : 'This kiosk has no virtual scanner.';
    return kiosk.machine.value === undefined ? 'Not everything of this kiosk is virtual.' : undefined;
}
