import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// The window is served from inside the program: nothing is fetched from
// elsewhere and nothing is inlined, since the content policy forbids it.
export default defineConfig({
  base: './',
  plugins: [react()],
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
