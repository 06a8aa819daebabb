import { recogniser } from '../../src/ocr';

// What page.ts hands to its tests.
export interface Reader {
  told: number[];
  read(
    bytes: number[],
    limit?: number,
  ): Promise<{ text: string; confidence: number; words: { text: string; box: { x: number; y: number } }[] }>;
}

// A page that hands pictures to the recogniser, for ocr.spec.ts.
const reader = recogniser();
const told: number[] = [];
Object.assign(window, {
  told,
  read: async (bytes: number[], limit?: number) => {
    const signal = limit ? AbortSignal.timeout(limit) : new AbortController().signal;
    return reader.recognise(new Blob([new Uint8Array(bytes)]), { signal, progress: (f) => told.push(f) });
  },
});
