/** View: what the stage tells of itself, and the languages there are. */
import { catalogues } from '../../firmware/screens/messages.ts';
import type { KioskView } from './kiosk-process.ts';
import type { Profile } from './profiles.ts';

export interface StageView {
    readonly kiosk: KioskView;
    readonly profile: string;
    readonly profiles: readonly Pick<Profile, 'name' | 'title' | 'text'>[];
    readonly lang: string;
    readonly langs: readonly string[];
    /** Folder of the kiosk's journal. */
    readonly journal: string;
}

/** Language tags that the kiosk speaks. */
export const langs: readonly string[] = Object.keys(catalogues);
