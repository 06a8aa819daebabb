import { lazy, Suspense, useEffect, useRef } from 'react';
import { reads, useShared } from '../bridge';
import { flushAll } from '../draft';
import { hideTitle } from '../request/PageHead';
import { useWords } from '../text';
import { Button, Icon } from '../ui';
import { nameOf } from '../who';
import { useMask } from './useMask';

const Unlock = lazy(() => import('../features/session/Unlock').then((m) => ({ default: m.Unlock })));

let maskNow = () => {};

// mask masks the window for whoever leaves it.
export const mask = () => maskNow();

// Mask covers the window while nobody sits at it, and until whoever was at the
// desk has given their PIN. Everything stays where it was behind it, half-typed
// words among it; the dialog is the browser's own, which lies above everything
// else and lets nothing else be read or reached.
export function Mask() {
  const words = useWords();
  const { data: settings } = useShared(reads.settings);
  const { data: person } = useShared(reads.person);
  const { data: people } = useShared(reads.people);
  const { masked, mask, reveal } = useMask(settings?.idle ?? 0);
  const locked = person?.locked ?? '';
  const covered = masked || locked !== '';
  const cover = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    maskNow = mask;
    return () => {
      maskNow = () => {};
    };
  }, [mask]);
  useEffect(() => {
    if (!covered) return;
    const dialog = cover.current;
    dialog?.showModal();
    void flushAll();
    hideTitle(true);
    return () => {
      hideTitle(false);
      dialog?.close(); // the focus goes back to where it was
    };
  }, [covered]);
  const who = locked
    ? { id: locked, name: nameOf(people, locked) }
    : { id: person?.id ?? '', name: person?.name ?? '' };
  const asks = locked !== '' || person?.pin;
  return (
    <dialog
      ref={cover}
      className="mask"
      aria-labelledby="mask-title"
      data-react-aria-top-layer="true" // open pop-ups let it be
      onCancel={(event) => event.preventDefault()}
      onKeyDown={(event) => event.key === 'Escape' && event.preventDefault()}
    >
      {covered && (
        <div className="mask-card">
          <Icon name="mark" size={48} />
          <h2 id="mask-title">{words.t(asks ? 'mask.titleLocked' : 'mask.title')}</h2>
          {asks ? (
            <Suspense>
              <Unlock key={who.id} person={who} same={!locked} onDone={reveal} />
            </Suspense>
          ) : (
            <>
              <p>{words.t('mask.hint')}</p>
              {who.name && <p className="mask-name">{who.name}</p>}
              <Button look="go" onPress={reveal} autoFocus>
                {words.t('mask.go')}
              </Button>
            </>
          )}
        </div>
      )}
    </dialog>
  );
}
