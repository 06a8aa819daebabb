import { type ReactNode, useEffect, useRef } from 'react';
import { useWords } from '../text';

let title = ''; // of the page that is there, with the program's name
let hidden = false;

function tell(): void {
  document.title = (!hidden && title) || 'Guichet';
}

// hideTitle takes the title of the page from the window while it is masked: it may
// name a request.
export function hideTitle(hide: boolean): void {
  hidden = hide;
  tell();
}

let first = true; // the page that the window starts with takes no focus

// PageHead is the beginning of a page. Its title is the window's too, and takes
// the focus when somebody comes to the page, so that it is read out.
export function PageHead({
  title: name,
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
    title = words.t('app.title', { page: name });
    tell();
    return () => {
      title = '';
      tell();
    };
  }, [name, words]);
  useEffect(() => {
    if (first) first = false;
    else heading.current?.focus({ preventScroll: true });
    heading.current?.closest('main')?.scrollTo(0, 0); // the page before may have been scrolled
  }, []);
  return (
    <div className="page-head">
      <div>
        <h1 ref={heading} tabIndex={-1}>
          {name}
        </h1>
        {line && <p className="page-line">{line}</p>}
      </div>
      {children && <div className="page-acts">{children}</div>}
    </div>
  );
}
