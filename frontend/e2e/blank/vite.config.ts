import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import own from '../../vite.config';

// Built as the window is.
export default defineConfig({
  root: import.meta.dirname,
  base: own.base,
  plugins: [react()],
  build: { ...own.build, outDir: '../../../internal/e2e/testdata/blank/page', emptyOutDir: true },
});
