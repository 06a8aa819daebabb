import { createContext, type ReactNode, useCallback, useContext, useEffect, useRef, useState } from 'react';
import { Button } from './button';
import { Icon } from './icons';

interface Options {
  label?: string; // of what can be done about it
  run?: () => void;
  lasts?: boolean; // it is about more than the page on which it appears
}

interface Toast extends Options {
  id: number;
  text: string;
  place: string;
}

type Show = (text: string, options?: Options) => void;

const Shown = createContext<Show>(() => {});

// useToast tells what was done, and lets it be undone for a while.
export function useToast(): Show {
  return useContext(Shown);
}

const STAYS = 12_000; // ms; longer while it is pointed at or has the focus

// Toasts shows them above what it stands around. With the page that is left
// goes what was told about it.
export function Toasts({ close, place, children }: { close: string; place: string; children: ReactNode }) {
  const [toasts, setToasts] = useState<Toast[]>([]);
  const next = useRef(1);
  const at = useRef(place);
  const show = useCallback<Show>((text, options) => {
    const toast = { ...options, id: next.current++, text, place: at.current };
    setToasts((all) => [...all.slice(-2), toast]);
  }, []);
  useEffect(() => {
    at.current = place;
    setToasts((all) => all.filter((t) => t.lasts || t.place === place));
  }, [place]);
  const drop = useCallback((id: number) => setToasts((all) => all.filter((t) => t.id !== id)), []);
  return (
    <Shown value={show}>
      {children}
      <div className="toasts" role="status" data-react-aria-top-layer="true">
        {toasts.map((t) => (
          <ToastView key={t.id} toast={t} close={close} drop={drop} />
        ))}
      </div>
    </Shown>
  );
}

function ToastView({ toast, close, drop }: { toast: Toast; close: string; drop: (id: number) => void }) {
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => drop(toast.id), STAYS);
    return () => clearTimeout(timer);
  }, [held, toast.id, drop]);
  const hold = { onPointerEnter: () => setHeld(true), onPointerLeave: () => setHeld(false) };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only keeps the message while it is read
    <div className="toast" {...hold} onFocus={() => setHeld(true)} onBlur={() => setHeld(false)}>
      <span>{toast.text}</span>
      <span className="toast-acts">
        {toast.run && (
          <Button
            small
            onPress={() => {
              toast.run?.();
              drop(toast.id);
            }}
          >
            {toast.label}
          </Button>
        )}
        <Button small icon aria-label={close} onPress={() => drop(toast.id)}>
          <Icon name="cross" size={16} />
        </Button>
      </span>
    </div>
  );
}
