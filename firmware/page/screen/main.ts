/** Screen: the kiosk's frame alone, over the whole window. */
import './screen.css';
