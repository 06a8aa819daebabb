import base from './playwright.config';

// What is measured in the window, for `go run ./build bench`.
export default { ...base, testMatch: '*.bench.ts', workers: 1, timeout: 300_000, reporter: 'line' };
