import { readFile } from 'node:fs/promises';
import { expect, type Page, test } from '@playwright/test';
import { Desk } from './desk';

// What the list costs in memory when it has very many rows, against an empty one:
// GUICHET_BENCH_EMPTY and GUICHET_BENCH_MANY are data folders. Each is gone through
// from end to end first.

interface Cost {
  page: number; // MB of JavaScript objects, once what nobody holds is gone
  nodes: number; // of the page
  desk: number; // MB of Guichet's own process
}

async function cost(page: Page, data: string): Promise<Cost> {
  const desk = new Desk(data, 'http://127.0.0.1:9', '', { GUICHET_KEYRING: 'none' });
  await desk.start();
  try {
    await page.goto(`${desk.address}#/requests`);
    await expect(page.locator('[role=grid], .empty')).toBeVisible();
    for (const box of await page.locator('[role=grid]').all()) {
      await box.evaluate(async (box) => {
        const step = Math.max(box.clientHeight, box.scrollHeight / 300);
        while (box.scrollTop + box.clientHeight < box.scrollHeight - 1) {
          box.scrollTop += step;
          await new Promise((done) => requestAnimationFrame(done));
        }
      });
      await expect(box.locator('[role=row]:not([aria-busy])').last()).toBeInViewport();
    }
    const inside = await page.context().newCDPSession(page);
    await inside.send('HeapProfiler.collectGarbage');
    const { usedSize } = await inside.send('Runtime.getHeapUsage');
    const { nodes } = await inside.send('Memory.getDOMCounters');
    const status = await readFile(`/proc/${desk.pid}/status`, 'utf8');
    return { page: usedSize / 2 ** 20, nodes, desk: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024 };
  } finally {
    await desk.stop();
  }
}

test('memory of the list', async ({ page }) => {
  const { GUICHET_BENCH_EMPTY: none = '', GUICHET_BENCH_MANY: many = '' } = process.env;
  const base = await cost(page, none);
  const full = await cost(page, many);
  for (const key of ['page', 'nodes', 'desk'] as const)
    process.stdout.write(`memory ${key} ${base[key].toFixed(1)} ${full[key].toFixed(1)}\n`);
});
