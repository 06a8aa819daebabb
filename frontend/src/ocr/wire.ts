// What the window and its worker say to each other.

// Grey is a picture of one byte a pixel, row by row from the upper left.
export interface Grey {
  width: number;
  height: number;
  bytes: Uint8Array<ArrayBuffer>;
}

export interface Box {
  x: number;
  y: number;
  w: number;
  h: number;
}

export interface Word {
  text: string;
  box: Box; // fractions of the picture
  confidence: number; // 0 to 100
  line: number; // from 1, in the order of reading
}

export interface Recognised {
  text: string; // lines as they were read, words with one space between
  confidence: number; // 0 to 100, 0 when there was nothing to read
  words: Word[];
}

export type Told =
  | { kind: 'progress'; done: number }
  | { kind: 'read'; read: Recognised }
  | { kind: 'failed' };
