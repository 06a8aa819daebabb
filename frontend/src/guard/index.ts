// What the guard says of texts while they are written, wherever they are. It keeps
// nobody from typing, and knows no draft and no reply.
import './guard.css';

export { FileReminder, useFileReminder } from './FileReminder';
export { TextFindings } from './TextFindings';
export { type TextGuard, useTextGuard } from './useTextGuard';
