import { Children, type ReactNode } from 'react';

// Status speaks what comes into it. That is a new element each time: of words that come
// without one, or that change, WebKitGTK tells a screen reader nothing. Whoever gives it an
// element has it be another one for other words, by its key. inline is for the middle of a
// line.
export function Status({
  className,
  inline,
  children,
}: {
  className?: string;
  inline?: boolean;
  children?: ReactNode;
}) {
  const Region = inline ? 'span' : 'div';
  return (
    <Region role="status" className={className}>
      {Children.map(children, (said) =>
        typeof said === 'string' && said ? (
          <Line key={said} inline={inline}>
            {said}
          </Line>
        ) : (
          said
        ),
      )}
    </Region>
  );
}

// Line is an element that WebKit's accessibility tree has; a bare span is none.
export function Line({ inline, children }: { inline?: boolean; children: ReactNode }) {
  // biome-ignore lint/a11y/useSemanticElements: a paragraph cannot stand within one
  return inline ? <span role="paragraph">{children}</span> : <p>{children}</p>;
}
