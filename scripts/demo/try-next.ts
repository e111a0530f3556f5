/**
 * Try next: command lines for a newcomer to copy. Each is run here, as it stands, before it is shown.
 */
import { execFile } from 'node:child_process';
import { wentOtherwise } from './faults.ts';

export interface Line {
    readonly what: string;
    readonly shell: string;
    /** Stands in its output when it does what it says. */
    readonly proof: RegExp;
    /** It goes on until it is stopped: one look is enough. */
    readonly endless?: true;
}

/** @param at.kiosk `http://host:port` of the API. @param at.sandbox of the gateway's admin and wallet. */
export function lines(at: { kiosk: string; sandbox: string }): readonly Line[] {
    const json = "-H 'content-type: application/json'";
    return [
        { what: 'Can it sell?', shell: `curl -s ${at.kiosk}/readyz`, proof: /"ready":true/ },
        {
            what: 'Open a sale of chocolate',
            shell: `curl -s -X POST ${at.kiosk}/v1/sales ${json} -d '{"items":[{"slot":"B1"}]}'`,
            proof: /"state":"open"/,
        },
        {
            what: "Hold a fresh code of alice's wallet to the scanner",
            shell: `curl -s -X POST ${at.kiosk}/v1/virtual/scanner ${json} -d "{\\"text\\":\\"$(curl -s -X POST ${at.sandbox}/wallet/wallets/alice/code | grep -oE '[0-9]{18,24}' | head -n 1)\\"}"`,
            proof: /"read":true/,
        },
        { what: 'What fell into the tray', shell: `curl -s ${at.kiosk}/v1/virtual/tray`, proof: /"slot"/ },
        { what: 'The newest sales', shell: `curl -s '${at.kiosk}/v1/sales?limit=3'`, proof: /"sales":\[\{/ },
        {
            what: 'Jam slot A2, and free it again with "none"',
            shell: `curl -s -X PUT ${at.kiosk}/v1/virtual/dispenser ${json} -d '{"slot":"A2","fault":"jam"}'`,
            proof: /"fault":"jam"/,
        },
        {
            what: 'The next answer of the gateway gets lost; open a sale and see',
            shell: `curl -s -X POST ${at.sandbox}/admin/faults ${json} -d '{"api":"pay","kind":"dropAfterBooking","count":1}'`,
            proof: /"kind":"dropAfterBooking"/,
        },
        { what: 'All faults of the gateway end', shell: `curl -s -X DELETE ${at.sandbox}/admin/faults`, proof: /ok|faults/ },
        { what: "The gateway's ledger", shell: `curl -s '${at.sandbox}/admin/ledger?format=text'`, proof: /EUR/ },
        { what: 'Live events; Ctrl-C ends it', shell: `curl -sN ${at.kiosk}/v1/events`, proof: /retry:/, endless: true },
        { what: 'What it can do, as OpenAPI', shell: `curl -s ${at.kiosk}/openapi.json`, proof: /"openapi":"3\.1/ },
    ];
}

const limitMs = 20_000;

/** Is there a shell with curl? */
export async function hasCurl(): Promise<boolean> {
    return (await run('curl --version', limitMs)).includes('curl');
}

/** Runs one line, and again for a while where it has nothing to show yet. @throws DEMO_WENT_OTHERWISE */
export async function prove(line: Line): Promise<void> {
    const end = performance.now() + limitMs;
    for (;;) {
        const output = await run(line.shell, line.endless ? 1_000 : limitMs);
        if (line.proof.test(output)) return;
        if (performance.now() > end) throw wentOtherwise(`This line does not work here: ${line.shell}`);
        await new Promise((resolve) => setTimeout(resolve, 100));
    }
}

function run(shell: string, timeoutMs: number): Promise<string> {
    return new Promise((resolve) => {
        execFile('sh', ['-c', shell], { timeout: timeoutMs, maxBuffer: 50_000_000 }, (_error, stdout) => resolve(stdout));
    });
}
