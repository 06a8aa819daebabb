// Each part of a chart has a pattern as well as a colour (dashboard.css), so that
// nothing is told by colour alone.
const marks: Record<string, string> = {
  pc: 'M-2 2l4 -4M0 8l8 -8M6 10l4 -4',
  received: 'M2 2h2v2h-2zM6 6h2v2h-2z',
  waiting: 'M-1 7l5 -5l5 5',
  resolved: 'M0 2h8M0 6h8',
  closed: 'M-2 6l4 4M0 0l8 8M6 -2l4 4',
  withdrawn: 'M0 4h8M4 0v8',
  cancelled: 'M2 0v8M6 0v8',
  urgent: 'M0 4h8M4 0v8',
  high: 'M-2 2l4 -4M0 8l8 -8M6 10l4 -4',
  low: 'M2 2h2v2h-2zM6 6h2v2h-2z',
};

export function Pattern({ id, of }: { id: string; of: string }) {
  return (
    <pattern id={id} className={`mark ${of}`} width="8" height="8" patternUnits="userSpaceOnUse">
      <rect className="mark-ground" width="8" height="8" />
      {marks[of] && <path className="mark-ink" d={marks[of]} />}
    </pattern>
  );
}

export function patternOf(id: string): string {
  return `url(#${id})`;
}
