import { useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { type Colleague, codeOf, drafts, handover, reads, useShared } from '../../bridge';
import { flushAll, forget } from '../../draft';
import { type Key, useWords, type Words } from '../../text';
import { Banner, Button, Choices, Dialog, Status, useToast } from '../../ui';
import { type Asked, whyNot } from '../../who';

type Given = Extract<Asked, { kind: 'give' }>;

// Give hands a draft, or a request that came back, to a colleague of this PC. A
// request stays where it is until somebody is chosen.
export function Give({ item, title, onClose }: Omit<Given, 'kind'> & { onClose: () => void }) {
  const words = useWords();
  const toast = useToast();
  const [place, go] = useLocation();
  const { data: person } = useShared(reads.person);
  const [colleagues, setColleagues] = useState<Colleague[]>();
  const [chosen, setChosen] = useState('');
  const [failure, setFailure] = useState('');
  const [busy, setBusy] = useState(false);
  // What a request has become: it is a draft from the moment at which it is given.
  const [draft, setDraft] = useState(item.draft ? item.id : '');
  useEffect(() => {
    let here = true;
    handover.colleagues(item.id).then(
      (all) => here && setColleagues([...all].sort((a, b) => Number(b.allowed) - Number(a.allowed))),
      (reason) => here && setFailure(codeOf(reason)),
    );
    return () => {
      here = false;
    };
  }, [item.id]);

  const give = async () => {
    if (busy) return;
    if (!chosen) return setFailure('nobody');
    setBusy(true);
    setFailure('');
    try {
      if (!(await flushAll())) return setFailure('unsaved');
      const at = draft ? await drafts.read(draft) : await drafts.correct(item.id);
      setDraft(at.id);
      await handover.give(at.id, at.revision, chosen);
      const name = colleagues?.find((c) => c.id === chosen)?.name ?? '';
      forget(at.id);
      if (place.includes(item.id) || place.includes(at.id)) go('/drafts', { replace: true });
      toast((w) => w.t('give.done', { title, name }), { lasts: true, about: 'give' });
      onClose();
    } catch (reason) {
      setFailure(codeOf(reason));
    } finally {
      setBusy(false);
    }
  };
  const close = () => {
    // The request that was shown is a draft meanwhile.
    if (draft && !item.draft) go(`/draft/${draft}`);
    onClose();
  };

  const some = colleagues?.some((c) => c.allowed) ?? false;
  return (
    <Dialog
      title={words.t('give.title', { title })}
      onClose={close}
      locked={busy}
      foot={
        <>
          <Button onPress={close} busy={busy}>
            {words.t(some ? 'popup.cancel' : 'popup.close')}
          </Button>
          {some && (
            <Button look="go" onPress={() => void give()} busy={busy}>
              {words.t('give.go')}
            </Button>
          )}
        </>
      }
    >
      {colleagues && !some && (
        <p>{nobody(words, person?.practices ?? [], item.practice, item.draft, person?.name ?? '')}</p>
      )}
      {colleagues && colleagues.length > 0 && (
        <Choices
          label={words.t('give.whom')}
          value={chosen}
          onChange={(id) => {
            setChosen(id);
            setFailure('');
          }}
          error={failure === 'nobody' ? words.t('give.choose') : undefined}
          choices={colleagues.map((c) => ({
            value: c.id,
            label: c.name,
            hint: c.allowed ? undefined : words.t('give.notAllowed'),
            disabled: !c.allowed,
          }))}
        />
      )}
      {some && <p className="page-line">{words.t('give.what')}</p>}
      <Status>{busy && words.t('app.loading')}</Status>
      {failure && failure !== 'nobody' && <Banner tone="red" live title={failed(words, failure)} />}
    </Dialog>
  );
}

const sentences: Record<string, Key> = {
  offline: 'give.offline',
  'not-now': 'give.notNow',
  forbidden: 'give.gone',
};

// failed says why it was not handed over, and where it is.
function failed(words: Words, code: string): string {
  const known = sentences[code];
  return known ? words.t(known) : whyNot(words, code);
}

// nobody says who could take it when no one on this PC can.
function nobody(
  words: Words,
  practices: { id: string; name: string; admins: string[] }[],
  practice: string,
  draft: boolean,
  me: string, // whose name leads nowhere
): string {
  const own = practices.filter((p) => p.id === practice || !practice);
  const names = [...new Set(own.flatMap((p) => p.admins))].filter((n) => n !== me);
  const who = names.length > 0 ? words.list(names, 'disjunction') : words.t('give.anAdmin');
  return words.t(draft ? 'give.nobody' : 'give.nobodyExport', { who });
}
