import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import type { Words } from '../text';
import { focusBack, useLeaving } from './after';
import { Button } from './button';
import { isCovered, useCommands } from './commands';
import { Icon } from './icons';

// Say is a sentence in whatever language the window has while it is shown.
type Say = (words: Words) => string;

// Undone is how it went to take something back: it could not be now, and is kept to be
// tried again, or it never can. Whoever tried has told why.
export type Undone = 'done' | 'later' | 'never';

// undoing is how it goes to have the program take something back; tell says why it
// could not now.
export async function undoing(act: Promise<unknown>, tell: (reason: unknown) => void): Promise<Undone> {
  try {
    await act;
    return 'done';
  } catch (reason) {
    tell(reason);
    return 'later';
  }
}

interface Options {
  label?: Say; // of what can be done about it
  run?: () => void;
  undo?: () => Undone | Promise<Undone>; // takes back what is told of; also by Ctrl Z, as long as it is kept
  lasts?: boolean; // it is about more than the page on which it appears
  page?: string; // the page that it speaks of, when that is about to be gone to
  about?: string; // it takes the place of what was told about the same
  ends?: (end: () => void) => () => void; // calls when it is not true any more; returns how to stop
}

interface Toast extends Options {
  id: number;
  say: Say;
  place: string;
  away?: boolean; // not seen any more, and kept since it can be taken back
}

type Show = (say: Say, options?: Options) => void;

const Shown = createContext<Show>(() => {});

// useToast tells what was done, and lets it be undone.
export function useToast(): Show {
  return useContext(Shown);
}

const STAYS = 12_000; // ms; longer while it is pointed at or has the focus, or a dialog is above it
const TICK = 500; // ms

// Toasts shows them below what it stands around. With the page that is left
// goes what was told about it, and with the person who leaves what they were told.
export function Toasts({
  words,
  close,
  place,
  who = '',
  children,
}: {
  words: Words;
  close: string;
  place: string;
  who?: string;
  children: ReactNode;
}) {
  const { toasts, show, ...acts } = useList(words, place, who);
  const last = toasts.findLast((t) => t.undo);
  const undo = async (toast: Toast) => {
    if ((await acts.takeBack(toast)) === 'done') show((w) => w.t('command.undone'), { about: 'undone' });
  };
  useCommands(
    last
      ? [
          {
            id: 'undo',
            label: words.t('command.undo'),
            keys: 'mod+z',
            run: () => void undo(last),
            page: true,
            typing: false,
          },
        ]
      : [],
  );
  return (
    <Shown value={show}>
      {children}
      <div className="toasts" role="status" data-react-aria-top-layer="true">
        {toasts.map((t) =>
          t.away ? (
            <Kept key={t.id} toast={t} drop={acts.drop} />
          ) : (
            <ToastView key={t.id} toast={t} words={words} close={close} {...acts} />
          ),
        )}
      </div>
    </Shown>
  );
}

// useList is what is told, and what can be taken back of it.
function useList(words: Words, place: string, who: string) {
  const [toasts, setToasts] = useState<Toast[]>([]);
  const next = useRef(1);
  const now = useRef({ place, who });
  const spoken = useRef(words);
  spoken.current = words;
  const show = useCallback<Show>((say, options) => {
    const toast = { ...options, id: next.current++, say, place: options?.page ?? now.current.place };
    setToasts((all) => [...atMost(all.filter((t) => !replaces(spoken.current, toast, t))), toast]);
  }, []);
  useEffect(() => {
    now.current.place = place;
    setToasts((all) => all.filter((t) => t.lasts || t.place === place));
  }, [place]);
  useLayoutEffect(() => {
    now.current.who = who;
    setToasts([]);
  }, [who]);
  const drop = useCallback((id: number) => setToasts((all) => all.filter((t) => t.id !== id)), []);
  const hide = useCallback(
    (id: number) => setToasts((all) => all.flatMap((t) => (t.id === id ? hidden(t) : [t]))),
    [],
  );
  const takeBack = async (toast: Toast): Promise<Undone> => {
    const { who } = now.current;
    drop(toast.id); // once is enough
    const how = (await toast.undo?.()) ?? 'never';
    const here = who === now.current.who && (toast.lasts || toast.place === now.current.place);
    if (how === 'later' && here) setToasts((all) => [...atMost(all), { ...toast, away: false }]);
    return how;
  };
  return { toasts, show, drop, hide, takeBack };
}

const SEEN = 3; // at once
const KEPT = 20; // to be taken back

// atMost makes room for one more: what has to go from sight, and what is too long ago.
function atMost(all: Toast[]): Toast[] {
  const seen = all.filter((t) => !t.away);
  const leaving = new Set(seen.slice(0, Math.max(0, seen.length - SEEN + 1)));
  return all.flatMap((t) => (leaving.has(t) ? hidden(t) : [t])).slice(-KEPT);
}

const hidden = (t: Toast): Toast[] => (t.undo ? [{ ...t, away: true }] : []);

// replaces tells whether a toast makes an older one needless. Two that read the
// same may each have something of their own to undo.
function replaces(words: Words, toast: Toast, old: Toast): boolean {
  if (toast.about !== undefined && toast.about === old.about) return true;
  if (toast.run || old.run || toast.undo || old.undo) return false;
  return toast.say(words) === old.say(words);
}

// useEnds has a message go once it is not true any more.
function useEnds({ id, ends }: Toast, drop: (id: number) => void): void {
  useEffect(() => ends?.(() => drop(id)), [ends, id, drop]);
}

// Kept is a message that is not seen any more.
function Kept({ toast, drop }: { toast: Toast; drop: (id: number) => void }): null {
  useEnds(toast, drop);
  return null;
}

interface Shows {
  toast: Toast;
  words: Words;
  close: string;
  drop: (id: number) => void;
  hide: (id: number) => void;
  takeBack: (toast: Toast) => Promise<Undone>;
}

function ToastView({ toast, words, close, drop, hide, takeBack }: Shows) {
  const [pointed, setPointed] = useState(false);
  const [focused, setFocused] = useState(false);
  const { id, undo, run } = toast;
  const held = pointed || focused;
  useEnds(toast, drop);
  useEffect(() => {
    if (held) return;
    let left = STAYS;
    const timer = setInterval(() => {
      left = isCovered() ? STAYS : left - TICK; // below a dialog nobody can take back what it tells of
      if (left <= 0) hide(id);
    }, TICK);
    return () => clearInterval(timer);
  }, [held, id, hide]);
  const box = useRef<HTMLDivElement>(null);
  const from = useRef<Element>(null); // what had the focus before
  useLeaving(box, () => focusBack(from.current));
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only keeps the message while it is read
    <div
      ref={box}
      className="toast"
      onPointerEnter={() => setPointed(true)}
      onPointerLeave={() => setPointed(false)}
      onFocus={(e) => {
        if (!box.current?.contains(e.relatedTarget)) from.current = e.relatedTarget;
        setFocused(true);
      }}
      onBlur={() => setFocused(false)}
    >
      <p>{toast.say(words)}</p>
      <span className="toast-acts">
        {undo && (
          <Button small onPress={() => void takeBack(toast)}>
            {words.t('files.undo')}
          </Button>
        )}
        {run && (
          <Button
            small
            onPress={() => {
              run();
              drop(id);
            }}
          >
            {toast.label?.(words)}
          </Button>
        )}
        <Button small icon aria-label={close} onPress={() => hide(id)}>
          <Icon name="cross" size={16} />
        </Button>
      </span>
    </div>
  );
}
