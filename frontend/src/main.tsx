import { createRoot } from 'react-dom/client';
import { guardDrops, reads } from './bridge';
import { saveBeforeLeaving } from './draft';
import { App } from './shell/App';
import { followPresses } from './ui';

guardDrops();
followPresses();
saveBeforeLeaving();

// What the first page shows is asked for before anything is drawn.
const wanted = [reads.settings, reads.person, reads.status, reads.items, reads.catalogue];
for (const read of wanted) read.start();

// The language and the look come with the settings, in a few milliseconds; the
// window waits for them, but not for ever.
const PATIENCE = 500; // ms
const settled = new Promise<void>((done) => {
  const stop = reads.settings.subscribe(() => done());
  setTimeout(() => {
    stop();
    done();
  }, PATIENCE);
});

void settled.then(() => {
  const root = document.getElementById('root');
  if (root) createRoot(root).render(<App />);
});
