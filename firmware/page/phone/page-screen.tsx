/** Page screen: the seller's page in the wallet's own browser. Where it opens the cashier, the wallet asks for the password. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Bar } from './bar.tsx';
import { openCashier, page } from './state.ts';
import { say } from './texts.ts';

export function PageScreen() {
    const open = page.value;
    const origin = open?.origin;
    const loading = useSignal(true);
    useEffect(() => {
        const hear = (event: MessageEvent) => {
            const said = event.data as { tillbox?: unknown; orderCode?: unknown } | null;
            if (event.origin !== origin || said?.tillbox !== 'cashier' || typeof said.orderCode !== 'string') return;
            void openCashier(said.orderCode);
        };
        addEventListener('message', hear);
        return () => removeEventListener('message', hear);
    }, [origin]);
    if (open === undefined) return null;
    return (
        <div class="ph-screen ph-page">
            <Bar title={say('pageTitle')} />
            {loading.value ? (
                <p class="ph-hint" role="status">
                    {say('pageLoading')}
                </p>
            ) : null}
            <iframe
                key={open.turn}
                title={say('pageTitle')}
                src={open.src}
                sandbox="allow-forms allow-scripts allow-same-origin"
                referrerpolicy="no-referrer"
                onLoad={() => {
                    loading.value = false;
                }}
            />
        </div>
    );
}
