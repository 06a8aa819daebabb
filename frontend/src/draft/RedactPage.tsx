import { type KeyboardEvent, type PointerEvent, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useWords } from '../text';
import { Icon } from '../ui';
import { type Area, between, counts, held, LEAP, type Mark, type Point, STEP, type Step } from './boxes';

// What the pointer is doing: drawing a box, one there is from its opposite corner
// (id is not 0), or moving it.
interface Drag {
  id: number;
  from: Point;
  moves?: Area; // where the box was
  area: Area; // where it is now
}

const corners = [
  ['nw', 1, 1],
  ['ne', 0, 1],
  ['sw', 1, 0],
  ['se', 0, 0],
] as const; // and where the corner opposite to it is, in widths and heights of the box

const keys: Record<string, readonly [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

// RedactPage shows a page's picture, and the boxes on it.
export function RedactPage({
  src,
  page,
  marks,
  selected,
  ready,
  hint,
  onReady,
  step,
}: {
  src: string;
  page: number;
  marks: Mark[];
  selected: number;
  ready: boolean; // the picture is there: nobody blackens what they do not see
  hint: string; // id of what says how the keys work
  onReady: (there: boolean) => void;
  step: (step: Step) => void;
}) {
  const words = useWords();
  const sheet = useRef<HTMLDivElement>(null);
  const [drag, setDrag] = useState<Drag>();
  const [shape, setShape] = useState(Math.SQRT1_2); // width by height, that of A4 until it is known
  useEscape(drag !== undefined, () => setDrag(undefined));

  const point = (e: PointerEvent): Point => {
    const at = sheet.current?.getBoundingClientRect() ?? new DOMRect(0, 0, 1, 1);
    return { x: (e.clientX - at.left) / at.width, y: (e.clientY - at.top) / at.height };
  };
  const begin = (e: PointerEvent, drag: Drag) => {
    sheet.current?.setPointerCapture(e.pointerId);
    setDrag(drag);
  };
  const draw = (e: PointerEvent) => {
    // A finger scrolls; it adds boxes by the button, and moves them.
    if (!ready || e.button !== 0 || e.pointerType === 'touch') return;
    const from = point(e);
    begin(e, { id: 0, from, area: between(from, from) });
  };
  const grasp = (e: PointerEvent, mark: Mark, corner?: readonly [string, number, number]) => {
    e.stopPropagation();
    if (e.button !== 0) return;
    step({ do: 'select', id: mark.id });
    if (!corner) return begin(e, { id: mark.id, from: point(e), moves: mark, area: mark });
    const from = { x: mark.x + corner[1] * mark.w, y: mark.y + corner[2] * mark.h };
    begin(e, { id: mark.id, from, area: mark });
  };
  const follow = (e: PointerEvent) => {
    if (!drag) return;
    const { from, moves } = drag;
    const to = point(e);
    const area = moves
      ? held({ ...moves, x: moves.x + to.x - from.x, y: moves.y + to.y - from.y })
      : between(from, to);
    setDrag({ ...drag, area });
  };
  const end = () => {
    if (!drag) return;
    setDrag(undefined);
    if (!counts(drag.area)) return;
    step(drag.id ? { do: 'set', id: drag.id, area: drag.area } : { do: 'add', page, area: drag.area });
  };
  const press = (e: KeyboardEvent, mark: Mark) => {
    const way = keys[e.key];
    const grows = e.ctrlKey || e.metaKey;
    if (e.altKey || (grows && !way)) return;
    const far = e.shiftKey ? LEAP : STEP;
    if (way) step({ do: grows ? 'grow' : 'move', id: mark.id, x: way[0] * far, y: way[1] * far });
    else if (e.key === 'Delete' || e.key === 'Backspace') step({ do: 'remove', id: mark.id });
    else return;
    e.preventDefault();
  };

  // What is moved by keys stays in sight.
  const moved = marks.find((m) => m.id === selected);
  useLayoutEffect(() => {
    const box = sheet.current?.querySelector(`[data-mark="${moved?.id}"]`);
    if (moved && box === document.activeElement)
      box?.scrollIntoView?.({ block: 'nearest', inline: 'nearest' });
  }, [moved]);

  return (
    // The arrows belong to the boxes, for whoever reads the page out as well.
    <div
      ref={sheet}
      className={ready ? 'redact-sheet' : 'redact-sheet away'}
      role="application"
      aria-label={words.t('redact.page', { page })}
      style={{ aspectRatio: shape }}
      onPointerDown={draw}
      onPointerMove={follow}
      onPointerUp={end}
      onPointerCancel={() => setDrag(undefined)}
    >
      <img
        key={src}
        src={src}
        alt={words.t('redact.picture', { page })}
        draggable={false}
        onLoad={(e) => {
          const { naturalWidth: w, naturalHeight: h } = e.currentTarget;
          if (w > 0 && h > 0) setShape(w / h);
          onReady(w > 0);
        }}
        onError={() => onReady(false)}
      />
      {ready &&
        marks.map((m, i) => (
          <div
            key={m.id}
            className={m.id === selected ? 'redact-box selected' : 'redact-box'}
            style={placed(drag?.id === m.id ? drag.area : m)}
          >
            <button
              type="button"
              className="redact-body"
              data-mark={m.id}
              aria-label={words.t('redact.box', { n: i + 1, page })}
              aria-describedby={hint}
              onFocus={() => m.id !== selected && step({ do: 'select', id: m.id })}
              onKeyDown={(e) => press(e, m)}
              onPointerDown={(e) => grasp(e, m)}
            />
            {m.id === selected && (
              <>
                {corners.map((c) => (
                  <span
                    key={c[0]}
                    className={`redact-corner ${c[0]}`}
                    onPointerDown={(e) => grasp(e, m, c)}
                  />
                ))}
                <button
                  type="button"
                  className={m.x + m.w > 0.93 ? 'redact-remove inside' : 'redact-remove'}
                  tabIndex={-1} // the key Delete does the same
                  aria-label={words.t('redact.remove', { n: i + 1, page })}
                  onPointerDown={(e) => e.stopPropagation()}
                  onClick={() => step({ do: 'remove', id: m.id })}
                >
                  <Icon name="cross" size={16} />
                </button>
              </>
            )}
          </div>
        ))}
      {drag?.id === 0 && counts(drag.area) && <div className="redact-box" style={placed(drag.area)} />}
    </div>
  );
}

function placed({ x, y, w, h }: Area) {
  return { left: `${x * 100}%`, top: `${y * 100}%`, width: `${w * 100}%`, height: `${h * 100}%` };
}

// useEscape has the key end what is under way, and nothing above it.
function useEscape(under: boolean, end: () => void) {
  const latest = useRef(end);
  latest.current = end;
  useEffect(() => {
    if (!under) return;
    const onKey = (e: globalThis.KeyboardEvent) => {
      if (e.key !== 'Escape') return;
      e.preventDefault();
      e.stopPropagation();
      latest.current();
    };
    window.addEventListener('keydown', onKey, { capture: true });
    return () => window.removeEventListener('keydown', onKey, { capture: true });
  }, [under]);
}
