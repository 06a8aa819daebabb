import { expect, test } from './production';
import { Typing } from './typing';

// What the autosave and the guard cost whoever types, against the same window without
// them, in turns.

const PAIRS = 12;
const KEYS = 30; // each block; the first two are the price of the switch

const quantile = (values: number[], q: number) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(q * values.length))] ?? 0;

test('latency of typing', async ({ window }) => {
  const typing = new Typing(window);
  await typing.prepare();
  await typing.block(KEYS, true); // warm
  const took = { on: [] as number[], off: [] as number[] };
  for (let pair = 0; pair < PAIRS; pair++)
    for (const mode of pair % 2 ? (['off', 'on'] as const) : (['on', 'off'] as const)) {
      const block = await typing.block(KEYS, mode === 'on');
      took[mode].push(...block.took.slice(2));
      expect(block.saves > 0 && block.looks > 0, `${mode}: ${block.saves} saves, ${block.looks} looks`).toBe(
        mode === 'on',
      );
    }
  const [on, off] = [took.on, took.off].map((t) => ({ median: quantile(t, 0.5), p95: quantile(t, 0.95) }));
  if (!on || !off) return;
  const line = [on.median, on.p95, off.median, off.p95, on.median / off.median, on.p95 / off.p95];
  process.stdout.write(`typing: ${took.on.length} keys, ${line.map((n) => n.toFixed(2)).join(' ')}\n`);
});
