/** Top bar: whose kiosk this is, whether it sells, whether the books agree; and where a stage is, what it is to become. */
import { useSignal } from '@preact/signals';
import { Mark } from './parts/mark.tsx';
import { askStage, beating, hello, kiosk, kioskLink, quiet, quietWords, stage } from './store.ts';
import { agreement } from './truth/mark-now.ts';

export function TopBar() {
    return (
        <header class="top">
            <div class="top-inner">
                <h1>
                    <BrandDrawing />
                    Tillbox
                </h1>
                <nav aria-label="Parts of this page">
                    <a href="#kiosk">Kiosk</a>
                    <a href="#phone">Phone</a>
                    <a href="#story">Story</a>
                    <a href="#trouble">Trouble</a>
                    <a href="#truth">Truth</a>
                </nav>
                <div class="top-marks" role="status" aria-live="polite">
                    <ReadyMark />
                    <a class="mark-link" href="#truth">
                        <Mark tone={agreement.value.tone}>{agreement.value.word}</Mark>
                    </a>
                </div>
                <StageChoice />
            </div>
        </header>
    );
}

function BrandDrawing() {
    return (
        <svg class="brand" viewBox="0 0 28 28" width="28" height="28" aria-hidden="true">
            <rect x="3" y="7" width="22" height="18" rx="4" class="brand-box" />
            <path d="M10 13h8" class="brand-slot" />
            <circle cx="14" cy="5" r="3.2" class="brand-coin" />
        </svg>
    );
}

function ReadyMark() {
    if (hello.value === undefined) return <Mark tone="plain">{kioskLink.value === 'off' ? 'no kiosk' : 'connecting'}</Mark>;
    const why = quiet.value;
    if (why !== undefined) return <Mark tone={why === 'starting' ? 'wait' : 'bad'}>{quietWords[why]}</Mark>;
    if (!beating.value) return <Mark tone="wait">does not turn</Mark>;
    const ready = kiosk.ready.value;
    if (ready === undefined) return <Mark tone="plain">starting</Mark>;
    return ready.ready ? <Mark tone="good">ready to sell</Mark> : <Mark tone="bad">not selling</Mark>;
}

function StageChoice() {
    const refused = useSignal('');
    const there = stage.value;
    if (there === undefined || there.profiles.length === 0) return null;
    const change = async (choice: { profile?: string; lang?: string }) => {
        const answer = await askStage('POST', '/stage/profile', choice);
        refused.value = answer.ok ? '' : answer.detail;
    };
    const names = new Intl.DisplayNames(['en'], { type: 'language' });
    const busy = there.kiosk.state === 'starting';
    return (
        <div class="stage-choice">
            <label>
                <span class="unseen">Kind of kiosk</span>
                <select value={there.profile} disabled={busy} onChange={(event) => void change({ profile: event.currentTarget.value })}>
                    {there.profiles.map((profile) => (
                        <option key={profile.name} value={profile.name} title={profile.text}>
                            {profile.title}
                        </option>
                    ))}
                </select>
            </label>
            <label>
                <span class="unseen">Language of the kiosk</span>
                <select value={there.lang} disabled={busy} onChange={(event) => void change({ lang: event.currentTarget.value })}>
                    {there.langs.map((lang) => (
                        <option key={lang} value={lang}>
                            {names.of(lang) ?? lang}
                        </option>
                    ))}
                </select>
            </label>
            <span class="small" role="alert">
                {refused.value}
            </span>
        </div>
    );
}
