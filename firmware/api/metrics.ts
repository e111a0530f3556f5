/**
 * Metrics: the till's counters and the process's own figures as Prometheus text. prom-client is loaded with the first scrape.
 */
import type { Registry } from 'prom-client';
import type { Desk } from '../ports/desk.ts';

export interface Metrics {
    /** The text of a scrape and its media type. */
    scrape(desk: Desk | undefined): Promise<{ readonly mediaType: string; readonly text: string }>;
}

export function createMetrics(options: { version: string }): Metrics {
    let loading: Promise<Scraper> | undefined;
    return {
        async scrape(desk) {
            loading ??= loadScraper(options.version);
            return (await loading)(desk);
        },
    };
}

type Scraper = (desk: Desk | undefined) => Promise<{ mediaType: string; text: string }>;

async function loadScraper(version: string): Promise<Scraper> {
    const { collectDefaultMetrics, Counter, Gauge, Registry } = await import('prom-client');
    const ofProcess = new Registry();
    collectDefaultMetrics({ register: ofProcess });
    new Gauge({ name: 'till_info', help: 'The version that runs.', labelNames: ['version'], registers: [ofProcess] }).set({ version }, 1);
    return async (desk) => {
        // The till's figures come from the state at each scrape, so the registry is made anew and nothing can go stale.
        const ofTill: Registry = new Registry();
        const ready = new Gauge({ name: 'till_ready', help: '1 when a sale could be made now.', registers: [ofTill] });
        ready.set(desk?.readiness().ready === true ? 1 : 0);
        for (const [key, value] of Object.entries(desk?.counters() ?? {})) {
            const name = metricName(key);
            if (ofTill.getSingleMetric(name) !== undefined) continue;
            const about = { name, help: `The till's own figure ${key}.`, registers: [ofTill] };
            if (name.endsWith('_total')) new Counter(about).inc(value);
            else new Gauge(about).set(value);
        }
        return { mediaType: ofTill.contentType, text: `${await ofTill.metrics()}\n${await ofProcess.metrics()}` };
    };
}

/** `salesEnded` as `till_sales_ended`. */
function metricName(key: string): string {
    const words = key
        .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
        .replace(/[^A-Za-z0-9]+/g, '_')
        .toLowerCase();
    return `till_${words}`;
}
