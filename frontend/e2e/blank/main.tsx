import { useLayoutEffect } from 'react';
import { createRoot } from 'react-dom/client';

// The page of the blank window: React with nothing in it, painted by the same
// measure as Guichet's home page.

declare global {
  interface Window {
    go: { main: { Blank: { Painted(): Promise<void> } } };
  }
}

function Blank() {
  useLayoutEffect(() => {
    requestAnimationFrame(() => requestAnimationFrame(() => void window.go.main.Blank.Painted()));
  }, []);
  return <h1>Blank</h1>;
}

const root = document.getElementById('root');
if (root) createRoot(root).render(<Blank />);
