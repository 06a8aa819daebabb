import { useEffect, useRef } from 'react';
import { reads, useShared } from '../bridge';
import { flushAll } from '../draft';
import { useWords } from '../text';
import { Button, Icon } from '../ui';
import { useMask } from './useMask';

let maskNow = () => {};

// mask masks the window for whoever leaves it.
export const mask = () => maskNow();

// Mask covers the window while nobody sits at it. Everything stays where it was
// behind it, half-typed words among it; the dialog is the browser's own, which
// lies above everything else and lets nothing else be read or reached.
export function Mask() {
  const words = useWords();
  const { data: settings } = useShared(reads.settings);
  const { data: person } = useShared(reads.person);
  const { masked, mask, reveal } = useMask(settings?.idle ?? 0);
  const cover = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    maskNow = mask;
    return () => {
      maskNow = () => {};
    };
  }, [mask]);
  useEffect(() => {
    if (!masked) return;
    const dialog = cover.current;
    dialog?.showModal();
    void flushAll();
    return () => dialog?.close(); // the focus goes back to where it was
  }, [masked]);
  return (
    <dialog
      ref={cover}
      className="mask"
      aria-labelledby="mask-title"
      data-react-aria-top-layer="true" // open pop-ups let it be
      onCancel={(event) => event.preventDefault()}
      onKeyDown={(event) => event.key === 'Escape' && event.preventDefault()}
    >
      {masked && (
        <div className="mask-card">
          <Icon name="mark" size={48} />
          <h2 id="mask-title">{words.t('mask.title')}</h2>
          <p>{words.t('mask.hint')}</p>
          {person?.known && <p className="mask-name">{person.name}</p>}
          <Button look="go" onPress={reveal} autoFocus>
            {words.t('mask.go')}
          </Button>
        </div>
      )}
    </dialog>
  );
}
