import { defineConfig, devices } from '@playwright/test';

// The tests drive the window of the development build with Debian's Chromium, in the build
// that has no window and takes a third less of the processor. Left to itself it rounds the
// widths of letters, which no web view does. e2e/desk.ts says which programs they need.
export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  globalTeardown: './e2e/looked.ts', // tells what the looks at screens come to
  workers: 3,
  fullyParallel: true,
  retries: 0,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  use: {
    ...devices['Desktop Chrome'],
    viewport: { width: 1120, height: 720 }, // as the window opens
    locale: 'fr-FR',
    timezoneId: 'Europe/Paris',
    actionTimeout: 10_000,
    launchOptions: {
      executablePath: '/usr/bin/chromium-headless-shell',
      args: ['--font-render-hinting=none'],
    },
  },
});
