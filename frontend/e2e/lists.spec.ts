import { expect, open, test } from './desk';
import { shot } from './look';
import { place } from './steps';

test('probe', async ({ page, desk }) => {
  await page.setViewportSize({ width: 1024, height: 700 });
  await place(page, 'Demandes');
  await expect(page.getByRole('grid')).toBeVisible();
  await expect(page.getByRole('row').nth(3)).toBeVisible();
  await shot(page, 'p-1024');
  await page.setViewportSize({ width: 480, height: 700 });
  await page.waitForTimeout(300);
  await shot(page, 'p-480');
  await page.setViewportSize({ width: 1120, height: 720 });
  await open(page, desk, '/requests?state=waiting,in-progress&priority=high');
  await page.waitForTimeout(500);
  await shot(page, 'p-filter');
  console.log(await page.getByRole('grid').count(), await page.getByRole('row').count());
});
