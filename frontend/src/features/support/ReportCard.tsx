import { useEffect, useState } from 'react';
import { codeOf, type Report, support } from '../../bridge';
import { dayOf } from '../../outbox/page';
import { type Language, useWords } from '../../text';
import { Banner, Button, Status, useToast } from '../../ui';

// ReportCard prepares a report, shows every file of it, and saves it as it was shown.
export function ReportCard() {
  const words = useWords();
  const toast = useToast();
  const [report, setReport] = useState<Report & { lang: Language }>();
  const [busy, setBusy] = useState<'' | 'prepare' | 'save'>('');
  const [failure, setFailure] = useState('');
  const during = async (what: 'prepare' | 'save', work: () => Promise<void>) => {
    setBusy(what);
    setFailure('');
    try {
      await work();
    } catch (reason) {
      setFailure(codeOf(reason));
    } finally {
      setBusy('');
    }
  };
  const { lang } = words;
  const prepare = () => during('prepare', async () => setReport({ ...(await support.prepare(lang)), lang }));
  // What is to be read in it is written in the language of the window.
  const stale = report !== undefined && report.lang !== lang;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once per language
  useEffect(() => {
    if (stale) void prepare();
  }, [stale, lang]);
  const save = (ready: Report) =>
    during('save', async () => {
      const name = words.t('help.saveName', { date: dayOf(new Date()) });
      const path = await support.save(ready.id, words.t('help.saveTitle'), name);
      if (path) toast((w) => w.t('papers.saved', { path }), { lasts: true });
    });
  return (
    <section className="card help-part" aria-labelledby="help-report">
      <h2 id="help-report">{words.t('help.report')}</h2>
      <p>{words.t('help.reportText')}</p>
      {report && <Files report={report} />}
      {failure && <Banner tone="red" live title={words.error(failure)} />}
      <div className="help-acts">
        {report && (
          <Button look="go" busy={busy !== ''} onPress={() => void save(report)}>
            {words.t('help.save')}
          </Button>
        )}
        <Button busy={busy !== ''} onPress={() => void prepare()}>
          {words.t(report ? 'help.prepareAgain' : 'help.prepare')}
        </Button>
        <Status className="help-state">{busy === 'prepare' && words.t('help.preparing')}</Status>
      </div>
    </section>
  );
}

// Files lists the files of a report; each can be read before it is saved.
function Files({ report }: { report: Report }) {
  const words = useWords();
  return (
    <ul className="help-files" aria-label={words.t('help.files')}>
      {report.files.map((f) => (
        <File key={f.name} report={report.id} name={f.name} size={f.size} />
      ))}
    </ul>
  );
}

function File({ report, name, size }: { report: string; name: string; size: number }) {
  const words = useWords();
  const [text, setText] = useState<string>();
  const [failure, setFailure] = useState('');
  const read = () =>
    support.read(report, name).then(
      (t) => {
        setText(t);
        setFailure('');
      },
      (reason) => setFailure(codeOf(reason)),
    );
  const open = text !== undefined;
  // What is read stays open when the report is prepared anew.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once per report
  useEffect(() => {
    if (open) void read();
  }, [report]);
  return (
    <li>
      <div className="help-file">
        <span className="help-name">{name}</span>
        <span className="help-size">{words.size(size)}</span>
        <Button
          look="quiet"
          small
          aria-expanded={open}
          aria-label={words.t(open ? 'help.closeFile' : 'help.readFile', { name })}
          onPress={() => (open ? setText(undefined) : void read())}
        >
          {words.t(open ? 'help.close' : 'help.read')}
        </Button>
      </div>
      {failure && <Banner tone="red" live title={words.error(failure)} />}
      {open && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, by keyboard as well
        <section className="help-text" tabIndex={0} aria-label={words.t('help.textOf', { name })}>
          <pre>{text}</pre>
        </section>
      )}
    </li>
  );
}
