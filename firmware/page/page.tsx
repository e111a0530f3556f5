/** The page as a whole: where each part stands. */
import { Kiosk } from './kiosk/kiosk.tsx';
import { Phone } from './phone/phone.tsx';
import { Story } from './story/story.tsx';
import { TopBar } from './top-bar.tsx';
import { Trouble } from './trouble/trouble.tsx';
import { Truth } from './truth/truth.tsx';
import { TryThis } from './try-this.tsx';

export function Page() {
    return (
        <>
            <a class="skip" href="#kiosk">
                To the kiosk
            </a>
            <TopBar />
            <main class="stand">
                <TryThis />
                <section class="place-kiosk" id="kiosk" aria-label="The kiosk">
                    <h2 class="unseen">The kiosk</h2>
                    <Kiosk />
                </section>
                <section class="place-phone" id="phone" aria-label="The customer's phone">
                    <Phone />
                </section>
                <div class="place-side">
                    <Story />
                </div>
                <Trouble />
                <Truth />
            </main>
        </>
    );
}
