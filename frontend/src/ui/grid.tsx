// biome-ignore-all lint/a11y/useSemanticElements: the elements of a table cannot stand apart from each other
// biome-ignore-all lint/a11y/useFocusableInteractive: the rows have the focus, and what is in the heads
import {
  type KeyboardEvent,
  type MouseEvent,
  memo,
  type ReactNode,
  type RefObject,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
} from 'react';
import { clamp, inSight, scroller, useRowFocus, useSight } from './grid-sight';
import { Icon } from './icons';

// A grid of any number of rows, all of one height, of which only those in sight
// are drawn. The library's table draws them all once to know them: with 100,000
// rows that takes a window's memory and many seconds.

const OVER = 8; // rows drawn above and below those in sight

export interface GridColumn {
  key: string;
  label: string;
  width: number; // at least, in px
  grow?: number; // share of what is left over
  sort?: 'ascending' | 'descending' | 'none'; // not given: it cannot be ordered by it
}

export interface GridRow {
  id: string;
  look?: string;
  cells: ReactNode; // GridCell for each column
}

// GridHandle puts the grid back to where it was.
export interface GridHandle {
  top: () => number;
  goTo: (index: number, top: number) => void;
  toTop: () => void;
  shift: (rows: number) => void;
  firstInSight: () => number;
}

export interface GridProps {
  label: string;
  columns: GridColumn[]; // none: each row is a card
  count: number;
  rowHeight: number; // px
  row: (index: number) => GridRow | undefined; // undefined: on its way
  version: unknown; // another one: rows have changed
  active: number;
  onActive: (index: number) => void;
  onOpen: (index: number) => void;
  onSort: (key: string) => void;
  onRange: (first: number, last: number) => void;
  onScroll?: () => void;
  coming: string; // what is said of a row that is on its way
  handle?: RefObject<GridHandle | null>;
}

// Grid has the focus on one of its rows, which stays drawn wherever one scrolls.
export function Grid(props: GridProps) {
  const { columns, count, rowHeight, onRange, onActive, onOpen } = props;
  const box = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const active = Math.max(0, Math.min(props.active, count - 1));
  const cards = columns.length === 0;

  const { span, look } = useSight(box, body, count, rowHeight);
  useLayoutEffect(() => onRange(span.first, span.last), [span, onRange]);

  const { hasFocus, wanted, focus } = useRowFocus(body, active, [count, props.version]);

  useImperativeHandle(
    props.handle,
    () => ({
      top: () => scroller(box.current).scrollTop,
      goTo: (index, top) => {
        scroller(box.current).scrollTop = top;
        look();
        body.current?.querySelector<HTMLElement>(`[data-index="${index}"]`)?.focus({ preventScroll: true });
      },
      toTop: () => {
        if (box.current && scroller(box.current) === box.current) box.current.scrollTop = 0;
      },
      shift: (rows) => {
        scroller(box.current).scrollTop += rows * rowHeight;
        look();
      },
      firstInSight: () => Math.ceil((inSight(box.current, body.current)?.top ?? 0) / rowHeight),
    }),
    [look, rowHeight],
  );

  const move = (index: number) => {
    const next = clamp(index, count);
    if (next === active) return focus();
    wanted.current = true;
    onActive(next);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.metaKey || event.shiftKey) return;
    if (!(event.target as HTMLElement).matches('[role=row]')) return;
    const page = Math.max(1, span.last - span.first - 1);
    const to: Record<string, number> = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      PageDown: active + page,
      PageUp: active - page,
      Home: 0,
      End: count - 1,
    };
    const next = to[event.key];
    if (next !== undefined) move(next);
    else if (event.key === 'Enter') onOpen(active);
    else return;
    event.preventDefault();
  };
  const onClick = (event: MouseEvent) => {
    const row = (event.target as HTMLElement).closest<HTMLElement>('[data-index]');
    // Whoever marks a number to copy it opens nothing.
    if (!row || getSelection()?.isCollapsed === false) return;
    onActive(Number(row.dataset.index));
    onOpen(Number(row.dataset.index));
  };

  const drawn: number[] = [];
  const from = clamp(span.first - OVER, count);
  const to = Math.min(count - 1, span.last + OVER);
  for (let i = from; i <= to; i++) drawn.push(i);
  if (count > 0 && active < from) drawn.unshift(active);
  else if (active > to) drawn.push(active);
  const tracks = columns
    .map((c) => (c.grow ? `minmax(${c.width}px, ${c.grow}fr)` : `${c.width}px`))
    .join(' ');
  const least = columns.reduce((sum, c) => sum + c.width, 0);

  return (
    <div
      ref={box}
      role="grid"
      tabIndex={-1}
      aria-label={props.label}
      aria-rowcount={count + (cards ? 0 : 1)}
      aria-colcount={cards ? 1 : columns.length}
      className={cards ? 'grid cards' : 'grid'}
      onKeyDown={onKeyDown}
      onFocus={() => {
        hasFocus.current = true;
      }}
      onBlur={({ target, relatedTarget }) => {
        if (relatedTarget) hasFocus.current = box.current?.contains(relatedTarget) ?? false;
        // Nothing has it now: the row may have gone, or somebody pressed beside it.
        else
          setTimeout(() => {
            if (target.isConnected && document.activeElement !== target) hasFocus.current = false;
          });
      }}
      onScroll={props.onScroll}
    >
      {!cards && (
        <div role="rowgroup" className="grid-head" style={{ minWidth: least }}>
          <div role="row" aria-rowindex={1} className="grid-row" style={{ gridTemplateColumns: tracks }}>
            {columns.map((c) => (
              <HeadCell key={c.key} column={c} onSort={props.onSort} />
            ))}
          </div>
        </div>
      )}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: Enter does the same, above */}
      <div
        ref={body}
        role="rowgroup"
        className="grid-body"
        style={{ height: count * rowHeight, minWidth: least }}
        onClick={onClick}
      >
        {drawn.map((i) => (
          <Row
            key={i}
            index={i}
            row={props.row(i)}
            head={cards ? 0 : 1}
            active={i === active}
            height={rowHeight}
            tracks={tracks}
            coming={props.coming}
            columns={columns.length}
            onFocus={onActive}
          />
        ))}
      </div>
    </div>
  );
}

function HeadCell({ column: c, onSort }: { column: GridColumn; onSort: (key: string) => void }) {
  return (
    <div role="columnheader" aria-sort={c.sort} className="grid-cell">
      {c.sort ? (
        <button type="button" className="grid-sort" onClick={() => onSort(c.key)}>
          {c.label}
          {c.sort !== 'none' && <Icon name={c.sort === 'ascending' ? 'up' : 'down'} size={14} />}
        </button>
      ) : (
        c.label
      )}
    </div>
  );
}

interface RowProps {
  index: number;
  row: GridRow | undefined;
  head: number;
  active: boolean;
  height: number;
  tracks: string;
  columns: number;
  coming: string;
  onFocus: (index: number) => void;
}

const Row = memo(function Row({
  index,
  row,
  head,
  active,
  height,
  tracks,
  columns,
  coming,
  onFocus,
}: RowProps) {
  return (
    <div
      role="row"
      aria-rowindex={index + 1 + head}
      aria-busy={row ? undefined : true}
      data-index={index}
      tabIndex={active ? 0 : -1}
      className={`grid-row ${row?.look ?? ''}`}
      style={{ top: index * height, height, gridTemplateColumns: tracks || undefined }}
      onFocus={active ? undefined : () => onFocus(index)}
    >
      {row ? row.cells : <Coming columns={Math.max(1, columns)} text={coming} />}
    </div>
  );
});

function Coming({ columns, text }: { columns: number; text: string }) {
  return Array.from({ length: columns }, (_, i) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike
    <GridCell key={i}>
      <span className="grid-coming" />
      {i === 0 && <span className="sr">{text}</span>}
    </GridCell>
  ));
}

// GridCell is one cell; header: it says what its row is about, and is read with each other
// one.
export function GridCell({
  look = '',
  header,
  children,
}: {
  look?: string;
  header?: boolean;
  children?: ReactNode;
}) {
  return (
    <div role={header ? 'rowheader' : 'gridcell'} className={`grid-cell ${look}`}>
      {children}
    </div>
  );
}
