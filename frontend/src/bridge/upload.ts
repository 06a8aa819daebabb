import { CALL_LIMIT, CallError, parseError } from './call';
import { either } from './either';

export const PIECE = 1 << 20; // bytes
const TRIES = 4; // of one piece
const PIECE_LIMIT = 6 * CALL_LIMIT;

// upload sends the bytes of a file to the program, which keeps them in memory until it
// is confirmed, piece by piece. A piece is an
// ArrayBuffer: a Blob or File as the body of a request kills the program.
export async function upload(
  token: string,
  file: Blob,
  progress: (done: number) => void,
  signal?: AbortSignal,
): Promise<void> {
  let offset = 0;
  for (let stuck = 0; stuck < TRIES; ) {
    const piece = await file.slice(offset, offset + PIECE).arrayBuffer();
    const answer = await postPiece(token, offset, piece, signal);
    // A piece that was taken though its answer got lost moves the offset too.
    stuck = answer.received > offset ? 0 : stuck + 1;
    offset = answer.received;
    progress(offset);
    if (offset >= file.size) return;
  }
  throw new CallError('internal');
}

interface PieceAnswer {
  received: number;
}

async function postPiece(
  token: string,
  offset: number,
  piece: ArrayBuffer,
  signal?: AbortSignal,
): Promise<PieceAnswer> {
  for (let attempt = 1; ; attempt++) {
    try {
      const limit = AbortSignal.timeout(PIECE_LIMIT);
      const response = await fetch(`/files/${encodeURIComponent(token)}?offset=${offset}`, {
        method: 'POST',
        body: piece,
        headers: { 'Content-Type': 'application/octet-stream' },
        signal: signal ? either(signal, limit) : limit,
      });
      const text = await response.text();
      if (!response.ok) throw parseError(text);
      return JSON.parse(text) as PieceAnswer;
    } catch (reason) {
      // What the program answered is final; what got lost on the way is sent again.
      if (reason instanceof CallError) throw reason;
      if (signal?.aborted || attempt === TRIES) throw new CallError('unreadable');
    }
  }
}

export const HEAD = 3072; // bytes that the program recognises a file by

// head is the beginning of a file in base64.
export async function head(file: Blob): Promise<string> {
  const bytes = new Uint8Array(await file.slice(0, HEAD).arrayBuffer());
  let binary = '';
  for (const b of bytes) binary += String.fromCharCode(b);
  return btoa(binary);
}
