/** Gateway access: opens what a command needs to talk to the gateway from a kiosk's configuration. */
import { openHttpNetwork } from '../gateway/http-network.ts';
import { type GatewayParts, type GatewaySettings, gatewayOptions } from '../gateway/settings.ts';
import type { Clock } from '../ports/clock.ts';
import type { Network } from '../ports/network.ts';

const systemClock: Clock = {
    wallMs: () => Date.now(),
    monoMs: () => performance.now(),
    after: (ms, run) => {
        const timer = setTimeout(run, ms);
        return { cancel: () => clearTimeout(timer) };
    },
};

/** A person waits in front of a command: shorter than a kiosk's patience would serve nobody. */
const answerMs = 15_000;

/** Runs `use` with the options of a gateway or a registration, and closes the connections behind it. @throws Fault of the key files. */
export async function withGateway<Result>(
    settings: GatewaySettings,
    use: (options: ReturnType<typeof gatewayOptions>) => Promise<Result>,
    network: Network = openHttpNetwork(),
): Promise<Result> {
    const parts: GatewayParts = { network, clock: systemClock, payAnswerMs: answerMs, requestAnswerMs: answerMs };
    try {
        return await use(gatewayOptions(settings, parts));
    } finally {
        await network.close();
    }
}
