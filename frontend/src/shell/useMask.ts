import { useCallback, useEffect, useState } from 'react';
import { onMask } from '../bridge';

const MINUTE = 60_000; // ms
const EVERY = 5_000; // ms between two looks at the clock

const signs = ['keydown', 'pointerdown', 'pointermove', 'wheel', 'input'] as const;

// useMask tells whether the window is to be masked: nobody has touched it for so
// many minutes (0: however long), the screen was locked, or somebody asked for
// it. The time that the PC slept counts.
export function useMask(minutes: number): { masked: boolean; mask: () => void; reveal: () => void } {
  const [masked, setMasked] = useState(false);
  const mask = useCallback(() => setMasked(true), []);
  const reveal = useCallback(() => setMasked(false), []);
  useEffect(() => onMask(mask), [mask]);
  useEffect(() => {
    if (minutes <= 0 || masked) return;
    let touched = Date.now();
    const over = () => Date.now() - touched >= minutes * MINUTE;
    // The first sign of life after a long time does not show what was there.
    const touch = () => {
      if (over()) mask();
      else touched = Date.now();
    };
    const timer = setInterval(() => over() && mask(), EVERY);
    for (const sign of signs) document.addEventListener(sign, touch, { capture: true, passive: true });
    return () => {
      clearInterval(timer);
      for (const sign of signs) document.removeEventListener(sign, touch, { capture: true });
    };
  }, [minutes, masked, mask]);
  return { masked, mask, reveal };
}
