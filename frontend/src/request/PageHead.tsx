import { type ReactNode, useEffect, useRef } from 'react';
import { useWords } from '../text';

let first = true; // the page that the window starts with takes no focus

// PageHead is the beginning of a page. Its title is the window's too, and takes
// the focus when somebody comes to the page, so that it is read out.
export function PageHead({
  title,
  line,
  children,
}: {
  title: string;
  line?: ReactNode;
  children?: ReactNode;
}) {
  const words = useWords();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = words.t('app.title', { page: title });
  }, [title, words]);
  useEffect(() => {
    if (first) first = false;
    else heading.current?.focus({ preventScroll: true });
    heading.current?.closest('main')?.scrollTo(0, 0); // the page before may have been scrolled
  }, []);
  return (
    <div className="page-head">
      <div>
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {line && <p className="page-line">{line}</p>}
      </div>
      {children && <div className="page-acts">{children}</div>}
    </div>
  );
}
