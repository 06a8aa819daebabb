// What of tesseract.js-core is used here; the package has no types of its own.
declare module 'tesseract.js-core/tesseract-core-simd-lstm.js' {
  export interface Core {
    FS: { writeFile(path: string, bytes: Uint8Array): void };
    TessBaseAPI: new () => Api;
  }

  export interface Api {
    Init(path: null, language: string, engine: number, config: null): number;
    SetVariable(name: string, value: string): boolean;
    SetImageFile(orientation: number, angle: number): number; // reads /input
    Recognize(monitor: null): number;
    GetUTF8Text(): string;
    GetJSONText(): string;
    MeanTextConf(): number;
    Clear(): void;
  }

  export interface Hooks {
    wasmBinary: Uint8Array;
    TesseractProgress(percent: number): void;
    print?(line: string): void;
    printErr?(line: string): void;
  }

  const start: (hooks: Hooks) => Promise<Core>;
  export default start;
}

// The address of a file that the build has packed by gzip: see vite.config.ts.
declare module '*?packed' {
  const address: string;
  export default address;
}
