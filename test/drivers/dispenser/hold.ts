/** A process that delivers until it is killed: its arguments are the data folder and a word for its deliveries. */
import * as v from 'valibot';
import { virtualDispenserConfig } from '../../../drivers/dispenser/virtual.config.ts';
import { virtualDispenser } from '../../../drivers/dispenser/virtual.ts';
import { needsWith, realClock } from '../needs.ts';

const [dataDir, word] = process.argv.slice(2) as [string, string];
const config = v.parse(virtualDispenserConfig.schema, { type: 'virtual', moveMs: 2 });
const dispenser = await virtualDispenser.open(config, needsWith({ clock: realClock, dataDir }));
for (let number = 0; ; number += 1) {
    const deliveryId = `${word}-${number}`;
    process.stdout.write(`asked ${deliveryId}\n`);
    const { outcome } = await dispenser.deliver({ deliveryId, slot: 'A1' });
    process.stdout.write(`${outcome} ${deliveryId}\n`);
}
