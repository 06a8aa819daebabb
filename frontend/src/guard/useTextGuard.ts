import { useEffect, useState, useSyncExternalStore } from 'react';
import { CallError, guard } from '../bridge';
import type { Found } from './findings';
import { Look } from './look';

// Item is what texts belong to: a draft, a reply, or a request that a reason is for.
export interface Item {
  id: string; // empty as long as it has none
  stored: () => Promise<string>; // its id once it is on the disk, empty if it cannot be
  answered?: () => void; // something was said of what was found in it
}

export interface TextGuard {
  found: (field: string) => Found[]; // in the order of the text
  look: () => void; // a field was left: asks without waiting
  answer: (f: Found, reason: string) => Promise<void>;
}

// useTextGuard has the program look through what is being written, by field.
export function useTextGuard(item: Item, texts: Record<string, string>): TextGuard {
  const [look] = useState(() => new Look((id, asked) => guard.texts(id, asked)));
  useSyncExternalStore(look.subscribe, look.snapshot);
  useEffect(() => look.write(item.id, texts));
  useEffect(() => () => look.stop(), [look]);
  return {
    found: (field) => look.found(field, texts[field] ?? ''),
    look: look.now,
    answer: async ({ text, ...finding }, reason) => {
      const id = await item.stored();
      if (!id) throw new CallError('internal');
      await guard.answer(id, text, finding, reason);
      look.anew(finding.field);
      item.answered?.();
    },
  };
}
