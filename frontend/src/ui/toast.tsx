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
import { Button } from './button';
import { Icon } from './icons';

// Say is a sentence in whatever language the window has while it is shown.
type Say = (words: Words) => string;

interface Options {
  label?: Say; // of what can be done about it
  run?: () => void;
  lasts?: boolean; // it is about more than the page on which it appears
  page?: string; // the page that it speaks of, when that is about to be gone to
  about?: string; // it takes the place of what was told about the same
  ends?: (end: () => void) => () => void; // calls when it is not true any more; returns how to stop
}

interface Toast extends Options {
  id: number;
  say: Say;
  place: string;
}

type Show = (say: Say, options?: Options) => void;

const Shown = createContext<Show>(() => {});

// useToast tells what was done, and lets it be undone for a while.
export function useToast(): Show {
  return useContext(Shown);
}

const STAYS = 12_000; // ms; longer while it is pointed at or has the focus

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
  const [toasts, setToasts] = useState<Toast[]>([]);
  const next = useRef(1);
  const at = useRef(place);
  const spoken = useRef(words);
  spoken.current = words;
  const show = useCallback<Show>((say, options) => {
    const toast = { ...options, id: next.current++, say, place: options?.page ?? at.current };
    setToasts((all) => [...all.filter((t) => !replaces(spoken.current, toast, t)).slice(-2), toast]);
  }, []);
  useEffect(() => {
    at.current = place;
    setToasts((all) => all.filter((t) => t.lasts || t.place === place));
  }, [place]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another person
  useLayoutEffect(() => setToasts([]), [who]);
  const drop = useCallback((id: number) => setToasts((all) => all.filter((t) => t.id !== id)), []);
  return (
    <Shown value={show}>
      {children}
      <div className="toasts" role="status" data-react-aria-top-layer="true">
        {toasts.map((t) => (
          <ToastView key={t.id} toast={t} words={words} close={close} drop={drop} />
        ))}
      </div>
    </Shown>
  );
}

// replaces tells whether a toast makes an older one needless. Two that read the
// same may each have something of their own to undo.
function replaces(words: Words, toast: Toast, old: Toast): boolean {
  if (toast.about !== undefined && toast.about === old.about) return true;
  return !toast.run && !old.run && toast.say(words) === old.say(words);
}

interface Shows {
  toast: Toast;
  words: Words;
  close: string;
  drop: (id: number) => void;
}

function ToastView({ toast, words, close, drop }: Shows) {
  const [held, setHeld] = useState(false);
  const { id, ends, run } = toast;
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => drop(id), STAYS);
    return () => clearTimeout(timer);
  }, [held, id, drop]);
  useEffect(() => ends?.(() => drop(id)), [ends, id, drop]);
  const hold = { onPointerEnter: () => setHeld(true), onPointerLeave: () => setHeld(false) };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only keeps the message while it is read
    <div className="toast" {...hold} onFocus={() => setHeld(true)} onBlur={() => setHeld(false)}>
      <span>{toast.say(words)}</span>
      <span className="toast-acts">
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
        <Button small icon aria-label={close} onPress={() => drop(id)}>
          <Icon name="cross" size={16} />
        </Button>
      </span>
    </div>
  );
}
