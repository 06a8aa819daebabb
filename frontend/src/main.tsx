import { createRoot } from 'react-dom/client';
import { guardDrops, reads } from './bridge';
import { saveBeforeLeaving } from './draft';
import { followUploads } from './outbox/uploads';
import { App } from './shell/App';
import { followKeys, followPresses } from './ui';

guardDrops();
followPresses();
followKeys();
saveBeforeLeaving();
followUploads();

// What the first page shows is asked for before anything is drawn, and followed
// as long as the window lives. The answers come in a few milliseconds, so the
// page is drawn once and in full; but it does not wait for ever.
const wanted = [
  reads.settings,
  reads.person,
  reads.people,
  reads.portal,
  reads.signing,
  reads.status,
  reads.latest,
  reads.catalogue,
  reads.keys,
];
const PATIENCE = 500; // ms
const answered = (read: (typeof wanted)[number]) => new Promise<void>((done) => read.subscribe(done));
const settled = Promise.race([
  Promise.all(wanted.map(answered)),
  new Promise((done) => setTimeout(done, PATIENCE)),
]);

void settled.then(() => {
  const root = document.getElementById('root');
  if (root) createRoot(root).render(<App />);
});
