/**
 * Keys: what somebody at the machine presses, on the panel or on the glass. What only changes how the machine is looked at (language,
 * goods, a last screen) stays in the world; everything else is an input of the till.
 */
import type { Happening } from '../sale/inputs.ts';
import { localeAfter } from '../screens/screen-keys.ts';
import type { WorldKeeper } from './world-keeper.ts';

export interface KeyNeeds {
    readonly keeper: Pick<WorldKeeper, 'world' | 'attend' | 'farewell' | 'service'>;
    /** A last screen that says what is not known yet is not put away: whoever cannot read it any more might pay again. */
    readonly mayClose: () => boolean;
    readonly submit: (happening: Happening) => void;
}

/** @param key as a panel or a touched display names it (ports/devices.ts). Unknown keys are the till's to ignore. */
export function pressed(key: string, needs: KeyNeeds): void {
    const { keeper } = needs;
    if (key === 'language') keeper.attend({ locale: localeAfter(keeper.world) });
    else if (key === 'choose' || key === 'back') keeper.attend({ choosing: key === 'choose', choosingFrom: 0 });
    else if (/^more-\d{1,4}$/.test(key)) keeper.attend({ choosing: true, choosingFrom: Number(key.slice(5)) });
    else if (key === 'close') {
        if (needs.mayClose()) keeper.farewell(undefined);
    } else if (key === 'service-on' || key === 'service-off') keeper.service(key === 'service-on');
    else {
        // Whoever has chosen is done with choosing, also where the choice is refused: the screen says why.
        if (keeper.world.choosing === true) keeper.attend({ choosing: false, choosingFrom: 0 });
        needs.submit({ kind: 'pressed', key });
    }
}
