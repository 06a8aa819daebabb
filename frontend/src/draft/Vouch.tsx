import { useId, useState } from 'react';
import { codeOf, files, type Person, reads, type StoredFile, useShared } from '../bridge';
import { CONFIRMATION_WORDING, useWords } from '../text';
import { Banner, Button, Checkbox, Status } from '../ui';
import type { Editor } from './editor';
import type { Work } from './reducer';

// answeredByOthers are the files for which somebody else, or somebody before anyone
// had signed in, has said that they may leave: whoever sends them answers for them
// anew.
export function answeredByOthers(attached: StoredFile[], person: Person | undefined): StoredFile[] {
  if (!person?.known) return [];
  return attached.filter((f) => f.confirmedBy !== person.id);
}

// Vouch asks whether files that came with a draft may leave the practice, as the
// pop-up asks of those that are chosen.
export function Vouch({ editor, work }: { editor: Editor; work: Work }) {
  const words = useWords();
  const { data: person } = useShared(reads.person);
  const [ticked, setTicked] = useState(false);
  const [told, setTold] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState('');
  const explanation = useId();
  const others = answeredByOthers(work.files, person);
  const count = others.length;
  if (count === 0) return null;
  const title = others.every((f) => f.confirmedBy === '')
    ? words.t('vouch.before', { count })
    : words.t('vouch.title', { count, name: work.givenBy || words.t('vouch.colleague') });

  const confirm = async () => {
    if (busy) return;
    if (!ticked) return setTold(true);
    setBusy(true);
    setFailure('');
    try {
      await files.vouch(work.id, CONFIRMATION_WORDING[words.lang]);
      await editor.readFiles();
    } catch (reason) {
      setFailure(codeOf(reason));
    }
    setBusy(false);
  };
  return (
    <Banner tone="blue" title={title}>
      <Checkbox checked={ticked} onChange={setTicked} disabled={busy}>
        <span className="popup-statement">{words.t('popup.statement', { count })}</span>
      </Checkbox>
      <Status>
        {told && !ticked && (
          <p className="field-error" id={explanation}>
            {words.t('popup.tickFirst')}
          </p>
        )}
        {failure && (
          <p className="field-error" key={failure}>
            {words.t('vouch.failed', { why: words.error(failure) })}
          </p>
        )}
      </Status>
      <Button
        onPress={() => void confirm()}
        busy={busy}
        aria-disabled={ticked ? undefined : 'true'}
        aria-describedby={told ? explanation : undefined}
      >
        {words.t('popup.confirm')}
      </Button>
    </Banner>
  );
}
