import { useEffect } from 'react';
import { type Item, requests } from '../../bridge';

// useSeen tells the program that the person has a request before their eyes: when
// its page is shown, and when news comes to it there. A window that nobody can see
// waits until somebody can. What fails is told again with the next opening.
export function useSeen({ id, unread }: Pick<Item, 'id' | 'unread'>): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: news is to be seen as well
  useEffect(() => {
    const look = () => {
      if (document.visibilityState === 'hidden') return;
      document.removeEventListener('visibilitychange', look);
      void requests.seen(id).catch(() => {});
    };
    document.addEventListener('visibilitychange', look);
    look();
    return () => document.removeEventListener('visibilitychange', look);
  }, [id, unread]);
}
