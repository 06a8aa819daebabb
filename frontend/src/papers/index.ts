// What leaves the window on paper: a request as a PDF or printed. It changes nothing.
import './print.css';

export { Letterhead } from './Letterhead';
export { PaperButtons } from './PaperButtons';
