/**
 * Virtual panel: a lamp in memory and keys that are pressed from the page or a test.
 *
 * Fault model: none; a key that nobody reads is lost after eight others, as on any panel.
 */
import type { DeviceStatus, Lamp } from '../../firmware/ports/devices.ts';
import type { VirtualPanel } from '../../firmware/ports/virtual.ts';
import { defineDriver } from '../driver.ts';
import { Feed } from '../lib/feed.ts';
import { Standing } from '../lib/standing.ts';
import { virtualPanelConfig } from './virtual.config.ts';

const unreadMax = 8;

export const virtualPanel = defineDriver({
    port: 'panel',
    proof: 'virtual',
    config: virtualPanelConfig,
    open: async (): Promise<VirtualPanel> => new PanelTwin(),
});

class PanelTwin implements VirtualPanel {
    readonly #standing = new Standing({ state: 'online', reason: '' });
    readonly #feed = new Feed<string>(unreadMax);
    #lamp: Lamp = 'off';

    status(): DeviceStatus {
        return this.#standing.status();
    }

    onStatus(listener: (status: DeviceStatus) => void): () => void {
        return this.#standing.onStatus(listener);
    }

    lamp(lamp: Lamp): void {
        this.#lamp = lamp;
    }

    keys(): AsyncIterable<string> {
        return this.#feed.items();
    }

    press(key: string): void {
        this.#feed.push(key);
    }

    shown(): Lamp {
        return this.#lamp;
    }

    async close(): Promise<void> {
        this.#lamp = 'off';
        this.#feed.close();
        this.#standing.close();
    }
}
