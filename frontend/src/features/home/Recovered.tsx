import { Link } from 'wouter';
import { codeOf, type Recovered as Found, host, reads, useShared } from '../../bridge';
import { useWords, type Words } from '../../text';
import { Button, buttonClass, focusPage, useToast } from '../../ui';

// Recovered tells of a damaged database until somebody says that they have
// looked: what happened, what was saved, what may be missing, what to do.
export function Recovered() {
  const words = useWords();
  const toast = useToast();
  const { data: found } = useShared(reads.recovered);
  if (!found?.at) return null;
  const seen = async () => {
    try {
      await host.recoveredSeen();
      focusPage();
      await reads.recovered.refresh();
    } catch (reason) {
      toast((w) => w.error(codeOf(reason)));
    }
  };
  return (
    <section className="banner recovered" aria-labelledby="recovered-title">
      <h2 id="recovered-title" className="banner-title">
        {words.t('recovered.title', { when: words.when(found.at) })}
      </h2>
      <p>{words.t('recovered.what')}</p>
      <ul className="recovered-points">
        {pointsOf(words, found).map((point) => (
          <li key={point}>{point}</li>
        ))}
      </ul>
      <p>{words.t(isWhole(found) ? 'recovered.checkAll' : 'recovered.check')}</p>
      {found.folder && (
        <p>
          {words.t('recovered.folder')} <span className="recovered-folder">{found.folder}</span>
        </p>
      )}
      <div className="banner-acts">
        <Link href="/requests" className={buttonClass('plain', true)}>
          {words.t('list.requests')}
        </Link>
        <Link href="/drafts" className={buttonClass('plain', true)}>
          {words.t('list.drafts')}
        </Link>
        <Button small onPress={() => void seen()}>
          {words.t('recovered.seen')}
        </Button>
      </div>
    </section>
  );
}

// isWhole tells whether nothing is missing. A backup has nothing of what was
// written after it.
export function isWhole(r: Found): boolean {
  return r.lost === 0 && r.gaps === 0 && r.fromBackup === 0;
}

// pointsOf are the sentences about what is there and what is not, each only if
// there is something to say.
export function pointsOf(words: Words, r: Found): string[] {
  const saved = [
    words.t('recovered.drafts', { count: r.drafts }),
    words.t('recovered.requests', { count: r.requests }),
    words.t('recovered.files', { count: r.files }),
  ];
  return [
    words.t('recovered.saved', { list: words.list(saved) }),
    r.waiting > 0 && words.t('recovered.waiting', { count: r.waiting }),
    r.fromBackup > 0 &&
      words.t('recovered.backup', { count: r.fromBackup, when: r.backupAt ? words.when(r.backupAt) : '' }),
    r.reopened > 0 && words.t('recovered.reopened', { count: r.reopened }),
    r.lost > 0 && words.t('recovered.lost', { count: r.lost }),
    r.gaps > 0 && words.t('recovered.gaps'),
    isWhole(r) && words.t('recovered.whole'),
  ].filter((s): s is string => typeof s === 'string');
}
