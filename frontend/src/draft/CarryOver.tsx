import { copyText, type Orphan } from '../bridge';
import { type Key, useWords, type Words } from '../text';
import { Button, useToast } from '../ui';
import { focusField } from './Notices';
import { orphansOf, textOf } from './orphans';
import { problemOf } from './problems';
import type { Asked } from './Questions';
import type { Work } from './reducer';

// « Réponses sans place »: what an older form had a place for. It stays until somebody
// has moved or removed it.

export function Orphans({ editor, work }: Asked) {
  const words = useWords();
  const orphans = orphansOf(work);
  if (orphans.length === 0) return null;
  if (work.view.fields.length === 0) return <OrphanSheet work={work} hint="orphan.hintOpen" />;
  return (
    <section className="orphans" aria-labelledby="orphans-title">
      <h2 id="orphans-title" className="orphans-title">
        {words.t('orphan.title')}
      </h2>
      <p className="page-line">{words.t('orphan.hint')}</p>
      <ul className="orphans-list">
        {orphans.map((o, i) => (
          <OrphanRow
            key={o.key}
            editor={editor}
            work={work}
            orphan={o}
            next={(orphans[i + 1] ?? orphans[i - 1])?.key}
          />
        ))}
      </ul>
    </section>
  );
}

function OrphanRow({ editor, work, orphan, next }: Asked & { orphan: Orphan; next: string | undefined }) {
  const words = useWords();
  const toast = useToast();
  const name = nameOf(words, orphan);
  const text = shownText(words, work, orphan);
  const copy = async () => {
    const copied = await copyText(text);
    toast((w) => w.t(copied ? 'orphan.copied' : 'orphan.notCopied'), { about: `copy ${orphan.key}` });
  };
  const move = () => {
    focusField(next ?? 'description'); // the button goes away with what it did
    editor.change({
      kind: 'moveOrphan',
      key: orphan.key,
      text: words.t('app.pair', { name, value: text }),
    });
    toast((w) => w.t('orphan.moved', { name: nameOf(w, orphan) }));
  };
  const drop = () => {
    const value = work.content.values[orphan.key] ?? '';
    focusField(next ?? 'description');
    editor.change({ kind: 'dropOrphan', key: orphan.key });
    toast((w) => w.t('orphan.dropped', { name: nameOf(w, orphan) }), {
      undo: () => {
        editor.change({ kind: 'restoreOrphan', orphan, value });
        return 'done';
      },
    });
  };
  const told = problemOf(work, orphan.key)?.code === 'orphan';
  return (
    <li id={`field-${orphan.key}`} className={told ? 'orphan told' : 'orphan'}>
      <p className="orphan-name">{name}</p>
      <p className="orphan-text">{text}</p>
      <div className="banner-acts">
        <Button small aria-label={words.t('orphan.moveNamed', { name })} onPress={move}>
          {words.t('orphan.move')}
        </Button>
        <Button small aria-label={words.t('orphan.copyNamed', { name })} onPress={() => void copy()}>
          {words.t('orphan.copy')}
        </Button>
        <Button look="quiet" small aria-label={words.t('orphan.dropNamed', { name })} onPress={drop}>
          {words.t('orphan.drop')}
        </Button>
      </div>
    </li>
  );
}

// OrphanSheet shows them where they cannot be moved: in the preview, and as long
// as no category is chosen.
export function OrphanSheet({ work, hint }: { work: Work; hint: Key }) {
  const words = useWords();
  const orphans = orphansOf(work);
  if (orphans.length === 0) return null;
  return (
    <section className="orphans" aria-label={words.t('orphan.title')}>
      <h2 className="orphans-title">{words.t('orphan.title')}</h2>
      <p className="page-line">{words.t(hint)}</p>
      <dl className="sheet">
        {orphans.map((o) => (
          <div key={o.key} className="sheet-row">
            <dt>{nameOf(words, o)}</dt>
            <dd className="sheet-text">{shownText(words, work, o)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

// nameOf is what the older form called the question.
function nameOf(words: Words, orphan: Orphan): string {
  return words.label(orphan.label) || words.t('orphan.unnamed');
}

function shownText(words: Words, work: Work, orphan: Orphan): string {
  return words.label(orphan.shown) || textOf(work.content, orphan.key);
}
