import './lists.css';
import { Link } from 'wouter';
import { codeOf, drafts, type Item, reads, useShared } from '../../bridge';
import { forget } from '../../draft';
import { BothRoads, Empty, PageHead, titleOf } from '../../request';
import { useWords } from '../../text';
import { Button, buttonClass, Chip, focusPage, undoing, useToast } from '../../ui';
import { GiveDraft } from '../../who';

// DraftList shows what is being written, the last saved first.
export function DraftList() {
  const words = useWords();
  const toast = useToast();
  const { data: all } = useShared(reads.drafts);
  const own = all?.filter((i) => !i.shared);
  const shared = all?.filter((i) => i.shared);

  const fail = (reason: unknown) => toast((w) => w.error(codeOf(reason)));
  const discard = async (item: Item) => {
    try {
      await drafts.discard(item.id);
    } catch (reason) {
      return fail(reason);
    }
    forget(item.id);
    focusPage();
    toast((w) => w.t('list.thrown', { title: titleOf(w, item) }), {
      lasts: true, // there is no other way back to it
      undo: () => undoing(drafts.restore(item.id), fail),
    });
  };

  const rows = (items: Item[]) => (
    <ul className="rows">
      {items.map((item) => (
        <DraftRow key={item.id} item={item} onThrow={() => void discard(item)} />
      ))}
    </ul>
  );

  return (
    <>
      <PageHead title={words.t('list.drafts')} />
      {all?.length === 0 && (
        <Empty title={words.t('list.draftsNone')} hint={words.t('list.draftsNoneHint')}>
          <BothRoads />
        </Empty>
      )}
      {own && own.length > 0 && (
        <section className="card list-card" aria-label={words.t('list.drafts')}>
          {rows(own)}
        </section>
      )}
      {shared && shared.length > 0 && (
        <section aria-labelledby="drafts-shared">
          <h2 id="drafts-shared" className="list-title">
            {words.t('shared.list')}
          </h2>
          <p className="list-hint">{words.t('shared.listHint')}</p>
          <div className="card list-card">{rows(shared)}</div>
        </section>
      )}
    </>
  );
}

const UNTOUCHED = 6; // months after which a draft is pointed out; nothing deletes it

// isOld tells whether nobody has touched a draft for long.
export function isOld(item: Pick<Item, 'updatedAt'>, now = new Date()): boolean {
  const since = new Date(now);
  since.setMonth(since.getMonth() - UNTOUCHED);
  return new Date(item.updatedAt) < since;
}

function DraftRow({ item, onThrow }: { item: Item; onThrow: () => void }) {
  const words = useWords();
  const title = titleOf(words, item);
  const road = words.t(item.road === 'form' ? 'list.road.form' : 'list.road.assistant');
  const line = [
    item.subject.trim() ? words.label(item.categoryLabel) : '',
    road,
    words.t('item.draftSavedAt', { when: words.whenShort(item.updatedAt) }),
    item.files > 0 ? words.t('item.files', { count: item.files }) : '',
  ];
  return (
    <li className="draft-row">
      <div className="row-text">
        <Link href={`/draft/${item.id}`} className="row-title draft-title">
          {title}
        </Link>
        <span className="row-line">{line.filter(Boolean).join(', ')}</span>
        {isOld(item) && (
          <Chip tone="none">{words.t('list.untouched', { date: words.day(item.updatedAt) })}</Chip>
        )}
      </div>
      <div className="completeness">
        <span className="completeness-track" aria-hidden="true">
          {Array.from({ length: item.total }, (_, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the marks are all alike
            <span key={i} className={i < item.done ? 'completeness-mark done' : 'completeness-mark'} />
          ))}
        </span>
        <span className="row-line">
          {words.t('list.completeness', { done: item.done, total: item.total })}
        </span>
      </div>
      <div className="draft-acts">
        <Link
          href={`/draft/${item.id}`}
          className={buttonClass('plain', true)}
          aria-label={words.t('list.resumeNamed', { title })}
        >
          {words.t('list.resume')}
        </Link>
        {!item.shared && <GiveDraft item={item} title={title} named />}
        <Button look="quiet" small aria-label={words.t('list.throwNamed', { title })} onPress={onThrow}>
          {words.t('list.throw')}
        </Button>
      </div>
    </li>
  );
}
