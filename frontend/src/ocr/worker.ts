// The worker that recognises. Program and model lie beside it in the window's own
// files; it asks for nothing else, and nothing of a picture leaves it but what was
// read. It answers each picture before it takes the next one.
import model from '@tesseract.js-data/fra/4.0.0_best_int/fra.traineddata.gz?url';
import start, { type Api, type Core } from 'tesseract.js-core/tesseract-core-simd-lstm.js';
import program from 'tesseract.js-core/tesseract-core-simd-lstm.wasm?packed';
import { readOut } from './readout';
import type { Grey, Told } from './wire';

const LSTM = 1;
const tell = (told: Told) => postMessage(told);

// The engine counts 30 % for finding lines and 70 % for reading them.
const progress = (percent: number) => tell({ kind: 'progress', done: Math.min(1, percent / 100) });

async function load(): Promise<{ core: Core; api: Api }> {
  const [wasmBinary, trained] = await Promise.all([unpacked(program), unpacked(model)]);
  const core = await start({
    wasmBinary,
    TesseractProgress: progress,
    print: () => {}, // it may say what it reads
    printErr: () => {},
  });
  core.FS.writeFile('./fra.traineddata', trained);
  const api = new core.TessBaseAPI();
  if (api.Init(null, 'fra', LSTM, null) !== 0) throw new Error('model refused');
  // How the page is made up is found by itself: of all modes it misses the fewest
  // numbers, in tables and letters alike.
  api.SetVariable('tessedit_pageseg_mode', '3');
  return { core, api };
}

async function unpacked(file: string): Promise<Uint8Array> {
  const answer = await fetch(file);
  if (!answer.ok || !answer.body) throw new Error('file not found');
  const packed = new Uint8Array(await answer.arrayBuffer());
  // A server may have unpacked it on the way.
  if (packed[0] !== 0x1f || packed[1] !== 0x8b) return packed;
  const plain = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(plain).arrayBuffer());
}

let loaded: Promise<{ core: Core; api: Api }> | undefined;

async function read({ width, height, bytes }: Grey): Promise<void> {
  loaded ??= load();
  const { core, api } = await loaded;
  const head = new TextEncoder().encode(`P5\n${width} ${height}\n255\n`);
  const file = new Uint8Array(head.length + bytes.length);
  file.set(head);
  file.set(bytes, head.length);
  core.FS.writeFile('/input', file);
  if (api.SetImageFile(1, 0) !== 0 || api.Recognize(null) !== 0) throw new Error('picture refused');
  tell({ kind: 'read', read: readOut(api.GetJSONText(), api.MeanTextConf(), width, height) });
  api.Clear();
  core.FS.writeFile('/input', new Uint8Array());
}

addEventListener('message', (said: MessageEvent<Grey>) => {
  read(said.data).catch(() => tell({ kind: 'failed' }));
});
