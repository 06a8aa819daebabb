import { useEffect, useRef } from 'react';
import { useLocation } from 'wouter';
import { codeOf, launch, onChanged, reads } from '../bridge';
import { bring, type Look, lookAtPaths, newDraft, useDrops } from '../draft';
import { isCovered, useToast } from '../ui';

type Opening = Awaited<ReturnType<typeof launch.openings>>[number];

// usualType is the first type of the catalogue: what invoices are about.
async function usualType(): Promise<string> {
  if (!reads.catalogue.snapshot().data) await reads.catalogue.refresh();
  return reads.catalogue.snapshot().data?.types[0]?.key ?? '';
}

// begin makes a request that takes files once its page is there.
async function begin(look?: Look): Promise<string> {
  // Without a type the form has no place for files, nor for what an invoice says.
  const id = await newDraft('form', look ? await usualType() : '');
  if (look) bring(id, look);
  return id;
}

// Opened does what the program was started for: shows a request that a link leads to, or
// begins one with the files that it was given. What is being written meanwhile is saved,
// and stays among the drafts.
export function Opened(): null {
  const [, go] = useLocation();
  const toast = useToast();
  useEffect(() => {
    let here = true;
    let last: Promise<void> = Promise.resolve();
    let due: Opening[] = []; // the program tells each once
    const open = async (o: Opening) => {
      if (o.kind === 'request') return go(`/request/${o.request}`);
      const id = await begin(o.files.length > 0 ? (to) => lookAtPaths(to, o.files) : undefined);
      if (here) go(`/draft/${id}`);
    };
    const take = async () => {
      const now = [...due, ...(await launch.openings())];
      due = [];
      for (const o of now)
        await open(o).catch((reason) => {
          due.push(o);
          toast((w) => w.error(codeOf(reason)));
        });
    };
    // One after the other: what came first is behind what came last. What cannot be taken
    // now is taken with what comes next.
    const next = () => {
      last = last.then(take).catch(() => {});
    };
    next();
    const stop = onChanged((topic) => topic === 'openings' && next());
    return () => {
      here = false;
      stop();
    };
  }, [go, toast]);
  return null;
}

// Dropped begins a request with files that are dropped on the window, or pasted, where
// nothing is being written that takes them.
export function Dropped(): null {
  const [, go] = useLocation();
  const toast = useToast();
  const busy = useRef(false);
  useDrops((look) => {
    if (busy.current || isCovered()) return;
    busy.current = true;
    begin(look)
      .then((id) => go(`/draft/${id}`))
      .catch((reason) => toast((w) => w.error(codeOf(reason))))
      .finally(() => {
        busy.current = false;
      });
  }, true);
  return null;
}
