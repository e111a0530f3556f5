/**
 * Kiosk face: the running till as somebody in front of it, or the page about it, sees it; and its records as an operator reads them.
 */
import type { Desk, KioskFace } from '../ports/desk.ts';
import type { FrameSound } from '../ports/devices.ts';
import type { Journal, JournalRecord } from '../ports/journal.ts';
import { catalogueOf, textOf } from '../screens/messages.ts';
import type { Screen } from '../screens/screen.ts';
import { soundOf } from '../screens/sounds.ts';
import { wordsOf } from '../screens/words.ts';
import type { Kiosk } from './kiosk.ts';

const recordsMax = 1_000;

export interface FaceParts {
    readonly kiosk: Kiosk;
    readonly boot: string;
    readonly entryPage?: string;
}

/** What stays the same while it runs is told once; the rest anew at each question. */
export function openFace({ kiosk, boot, entryPage }: FaceParts): Pick<Desk, 'about' | 'face' | 'onFace'> {
    let hearing: Hearing | undefined;
    // Most kiosks have no page: nothing is compared before somebody asks.
    const listening = () => {
        if (hearing === undefined) {
            const mine = new Hearing(kiosk.screen);
            kiosk.onScreen((screen) => mine.take(screen));
            hearing = mine;
        }
        return hearing;
    };
    return {
        about() {
            const { policy } = kiosk.keeper.world;
            return {
                kiosk: policy.kiosk,
                boot,
                currency: policy.currency,
                locale: policy.locale,
                locales: policy.locales,
                modes: policy.modes,
                seller: policy.sellerName,
                dispenses: policy.dispenses,
                touch: policy.touch,
                catalog: Object.entries(policy.catalog).map(([slot, { name, price }]) => ({ slot, name, price })),
                entry: { min: policy.entry.min, max: policy.entry.max },
                ...(entryPage === undefined ? {} : { entryPage }),
            };
        },
        face: () => faceOf(kiosk, listening().sound),
        onFace: (listener) => kiosk.onScreen(() => listener()),
    };
}

/** What was heard when the screen that stands took the place of the one before it. */
class Hearing {
    sound: FrameSound | undefined;
    #screen: Screen;
    #key: string;

    constructor(screen: Screen) {
        this.#screen = screen;
        this.#key = JSON.stringify(screen);
    }

    take(screen: Screen): void {
        const key = JSON.stringify(screen);
        if (key === this.#key) return;
        this.sound = soundOf(screen, this.#screen);
        this.#screen = screen;
        this.#key = key;
    }
}

function faceOf(kiosk: Kiosk, sound: FrameSound | undefined): KioskFace {
    const { screen } = kiosk;
    const sales = Object.values(kiosk.till.durable.sales);
    return {
        screen: {
            kind: screen.kind,
            words: wordsOf(screen),
            lang: catalogueOf(screen.locale),
            title: textOf(screen.title, screen),
            ...(screen.saleId === undefined ? {} : { saleId: screen.saleId }),
            ...(screen.until === undefined ? {} : { until: screen.until }),
            scanning: screen.scanning,
            ...(sound === undefined ? {} : { sound }),
        },
        service: kiosk.keeper.world.service === true,
        sales: {
            open: sales.filter((sale) => sale.ended === undefined).length,
            review: sales.filter((sale) => sale.reviews.length > 0).length,
        },
    };
}

/** Durable records behind a sequence number, oldest first. */
export async function recordsAfter(
    journal: Pick<Journal, 'headSeq' | 'records'>,
    { after, limit }: { after: number; limit: number },
): Promise<{ readonly records: readonly JournalRecord[]; readonly head: number }> {
    const head = journal.headSeq;
    const most = Math.min(limit, recordsMax);
    const records: JournalRecord[] = [];
    if (most <= 0) return { records, head };
    for await (const record of journal.records(after + 1)) {
        records.push(record);
        if (records.length >= most) break;
    }
    return { records, head };
}
