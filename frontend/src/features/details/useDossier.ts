import { useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { useLocation } from 'wouter';
import { type Doing, type Offered, offeredOf, useDoing } from '../../acts';
import { type ActKind, acts, codeOf, type Request } from '../../bridge';
import { newDraftOf } from '../../draft';
import { focusPage, useToast } from '../../ui';

export interface Dossier {
  doing: Doing;
  offered: Offered[];
  asking: '' | ActKind; // what a dialog asks more about
  act: (kind: ActKind) => void;
  onClose: () => void;
  onDone: () => void;
  onDuplicate: () => void;
}

const ASKED: ActKind[] = ['withdraw', 'reopen', 'watchers'];

// useDossier is what the page of a request does with it.
export function useDossier(request: Request, refresh: () => Promise<void>): Dossier {
  const { item, allowed } = request;
  const [, go] = useLocation();
  const toast = useToast();
  const doing = useDoing(item.id, refresh);
  const [asking, setAsking] = useState<'' | ActKind>('');
  const duplicating = useRef(false);
  const offered = offeredOf(item, allowed, request.acts);
  const duplicate = async () => {
    if (duplicating.current) return;
    duplicating.current = true;
    try {
      const page = `/draft/${await newDraftOf(await acts.duplicate(item.id))}`;
      go(page);
      toast((w) => w.t('acts.duplicated'), { page });
    } catch (reason) {
      toast((w) => w.error(codeOf(reason)));
    } finally {
      duplicating.current = false;
    }
  };
  return {
    doing,
    offered,
    // It may have been done elsewhere, or be impossible by now.
    asking: offered.some((o) => o.kind === asking && !o.waits) || doing.busy === asking ? asking : '',
    act: (kind) => {
      doing.settle();
      if (ASKED.includes(kind)) setAsking(kind);
      else void doing.run(kind);
    },
    onClose: () => {
      doing.settle();
      setAsking('');
    },
    onDone: () => {
      flushSync(() => setAsking('')); // the question keeps the focus as long as it is there
      focusPage();
    },
    onDuplicate: () => void duplicate(),
  };
}
