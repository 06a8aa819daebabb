// What leaves the window on paper: a request as a PDF or printed. It changes nothing.
import './print.css';

export { FileButtons } from './FileButtons';
export { Letterhead } from './Letterhead';
export { usePaper } from './usePaper';
