import type { Recogniser } from '../ocr';
import type { Recognise } from './screening';

// What recognises text is loaded with the first picture that needs it.
let reader: Promise<Recogniser> | undefined;

// How much of a page has to be told for it to count as read: a photo of a cable has no
// words, and a bad copy has doubtful ones.
const SURE = 60; // of 100
const WORDS = 3;

export const recognise: Recognise = async (address, signal) => {
  reader ??= import('../ocr').then(({ recogniser }) => recogniser());
  const answer = await fetch(address, { signal });
  if (answer.status !== 200) throw new Error('no picture');
  const picture = await answer.blob();
  const read = await (await reader).recognise(picture, { signal, progress: () => {} });
  return { text: read.text, readable: read.confidence >= SURE && read.words.length >= WORDS };
};
