import { useEffect, useState } from 'react';
import { onParting } from '../bridge';

// useParting tells how many requests wait when the window was to be closed, 0 while it
// was not, and how to stay.
export function useParting(): { waiting: number; stay: () => void } {
  const [waiting, setWaiting] = useState(0);
  useEffect(() => onParting(setWaiting), []);
  return { waiting, stay: () => setWaiting(0) };
}
