/** Page: the kiosk, its customer's phone, the story of what happens, the truth behind it and the trouble one can make. */
import './styles/tokens.css';
import './styles/base.css';
import './styles/page.css';
import { render } from 'preact';
import { Page } from './page.tsx';
import { openStore } from './store.ts';
import { openBooks } from './truth/bookkeeper.ts';

openStore();
openBooks();
const root = document.getElementById('page');
if (root !== null) {
    root.replaceChildren();
    render(<Page />, root);
}
