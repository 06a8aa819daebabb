// Reading what is written in pictures. All of it is loaded with the first use:
//   const { recogniser } = await import('../ocr');
export { type Recogniser, recogniser, type Wishes } from './recogniser';
export type { Box, Recognised, Word } from './wire';
