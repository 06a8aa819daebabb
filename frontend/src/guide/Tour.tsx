import './tour.css';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useWords } from '../text';
import { Button, focusBack } from '../ui';

// What the tour shows, in its order: elements that say so by data-tour.
export const stops = ['new', 'search', 'page', 'bell', 'foot', 'help'] as const;

export type Stop = (typeof stops)[number];

// Tour shows the parts of the window one after the other, in about a minute. Nothing is
// kept from whoever goes on working meanwhile.
export function Tour({ onEnd }: { onEnd: () => void }) {
  const words = useWords();
  const [shown] = useState(() => stops.filter((s) => isSeen(elementOf(s))));
  const [at, setAt] = useState(0);
  const stop = shown[at];
  const box = useFrame(stop);
  const heading = useRef<HTMLHeadingElement>(null);
  const from = useRef(document.activeElement);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each stop is read out
  useLayoutEffect(() => heading.current?.focus({ preventScroll: true }), [at]);
  const end = () => {
    onEnd();
    focusBack(from.current);
  };
  if (!stop) return null;
  const last = at === shown.length - 1;
  const low = box && box.top + box.height / 2 > innerHeight / 2;
  return (
    <div className="tour">
      {box && <div className="tour-ring" ref={(ring) => place(ring, box)} />}
      <section
        role="dialog"
        aria-modal={false}
        aria-labelledby="tour-title"
        className={low ? 'card tour-card high' : 'card tour-card'}
        onKeyDown={(e) => e.key === 'Escape' && end()}
      >
        <p className="tour-count">{words.t('tour.count', { n: at + 1, total: shown.length })}</p>
        <h2 id="tour-title" ref={heading} tabIndex={-1}>
          {words.t(`tour.${stop}`)}
        </h2>
        <p>{words.t(`tour.${stop}.text`)}</p>
        <div className="tour-acts">
          <Button look="quiet" onPress={end}>
            {words.t('tour.end')}
          </Button>
          <span className="tour-ways">
            {at > 0 && <Button onPress={() => setAt(at - 1)}>{words.t('assistant.previous')}</Button>}
            <Button look="go" onPress={() => (last ? end() : setAt(at + 1))}>
              {words.t(last ? 'tour.done' : 'assistant.next')}
            </Button>
          </span>
        </div>
      </section>
    </div>
  );
}

const elementOf = (stop: Stop) => document.querySelector<HTMLElement>(`[data-tour=${stop}]`);

const isSeen = (e: HTMLElement | null) => (e?.getClientRects().length ?? 0) > 0;

// useFrame is where the element of a stop is, also once the window changes its size.
function useFrame(stop: Stop | undefined): DOMRect | undefined {
  const [box, setBox] = useState<DOMRect>();
  useEffect(() => {
    if (!stop) return;
    const measure = () => {
      const e = elementOf(stop);
      setBox(isSeen(e) ? e?.getBoundingClientRect() : undefined); // a small window hides some
    };
    measure();
    addEventListener('resize', measure);
    return () => removeEventListener('resize', measure);
  }, [stop]);
  return box;
}

const ROOM = 6; // px between what is shown and its ring

// place sets styles by the object model: the content policy allows no others.
function place(ring: HTMLElement | null, box: DOMRect): void {
  if (!ring) return;
  ring.style.left = `${Math.max(2, box.left - ROOM)}px`;
  ring.style.top = `${Math.max(2, box.top - ROOM)}px`;
  ring.style.width = `${Math.min(innerWidth - 4, box.width + 2 * ROOM)}px`;
  ring.style.height = `${Math.min(innerHeight - Math.max(2, box.top - ROOM) - 2, box.height + 2 * ROOM)}px`;
}
