import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

const PACKED = /\?packed$/;

// packed serves `file?packed`: the address of that file, packed by gzip, which whoever
// imports it unpacks. The program is that much smaller.
function packed(): Plugin {
  return {
    name: 'packed',
    enforce: 'pre',
    async resolveId(source, importer) {
      if (!PACKED.test(source)) return null;
      const file = await this.resolve(source.replace(PACKED, ''), importer, { skipSelf: true });
      return file && `${file.id}?packed`;
    },
    async load(id) {
      if (!PACKED.test(id)) return null;
      const path = id.replace(PACKED, '');
      const source = gzipSync(await readFile(path), { level: 9 });
      const reference = this.emitFile({ type: 'asset', name: `${path.split('/').pop()}.gz`, source });
      return `export default import.meta.ROLLUP_FILE_URL_${reference};`;
    },
  };
}

// The window is served from inside the program: nothing is fetched from
// elsewhere and nothing is inlined, since the content policy forbids it.
export default defineConfig({
  base: './',
  plugins: [react()],
  worker: { plugins: () => [packed()] },
  build: {
    target: ['safari16', 'chrome110'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.{ts,tsx}'],
    restoreMocks: true,
  },
});
