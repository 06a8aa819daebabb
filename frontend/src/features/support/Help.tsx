import './support.css';
import { type ReactNode, useCallback, useEffect, useState } from 'react';
import { type Examination, type SupportFinding, support } from '../../bridge';
import { PageHead } from '../../request';
import { useWords } from '../../text';
import { Banner, Button, Icon, Status } from '../../ui';
import { ReportCard } from './ReportCard';

// Help says what is amiss on this PC and what to do, and prepares a report for whoever
// helps from afar. It needs nothing of what is stored, which may not open.
export function Help({ children }: { children?: ReactNode }) {
  const words = useWords();
  const { found, failed, busy, look } = useExamination(words.lang);
  return (
    <div className="help">
      <PageHead title={words.t('help.title')} line={words.t('help.line')} />
      <section className="card help-part" aria-labelledby="help-here">
        <h2 id="help-here">{words.t('help.here')}</h2>
        <Status className="help-state">
          {busy ? words.t('help.checking') : found && words.t('help.found', { count: bad(found).length })}
        </Status>
        {failed && !busy && <Banner tone="red" live title={words.t('help.failed')} />}
        {found && <Findings found={found} />}
        <div className="help-acts">
          <Button busy={busy} onPress={look}>
            {words.t('help.again')}
          </Button>
          {found && (
            <p className="help-version">
              {words.t('help.version', { version: found.version, when: words.when(found.at) })}
            </p>
          )}
        </div>
      </section>
      {children}
      <ReportCard />
    </div>
  );
}

// useExamination looks at this PC once, and again when that is wanted.
function useExamination(lang: string) {
  const [found, setFound] = useState<Examination>();
  const [failed, setFailed] = useState(false);
  const [busy, setBusy] = useState(true);
  const [turn, setTurn] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once per turn
  useEffect(() => {
    let here = true;
    setBusy(true);
    support
      .doctor(lang)
      .then(
        (x) => {
          if (here) setFound(x);
          return false;
        },
        () => true,
      )
      .then((wrong) => {
        if (!here) return;
        setFailed(wrong);
        setBusy(false);
      });
    return () => {
      here = false;
    };
  }, [lang, turn]);
  return { found, failed, busy, look: useCallback(() => setTurn((n) => n + 1), []) };
}

const bad = (x: Examination) => x.findings.filter((f) => f.level !== 'ok');

// Findings has what is amiss first, the worst of it above, and the rest out of the way.
function Findings({ found }: { found: Examination }) {
  const words = useWords();
  const worst = bad(found).sort((a, b) => Number(b.level === 'fail') - Number(a.level === 'fail'));
  const good = found.findings.filter((f) => f.level === 'ok');
  return (
    <>
      {worst.length > 0 && (
        <ul className="help-findings">
          {worst.map((f) => (
            <Amiss key={`${f.id} ${f.code} ${f.where}`} finding={f} />
          ))}
        </ul>
      )}
      {good.length > 0 && (
        <details className="help-good">
          <summary>{words.t('help.good', { count: good.length })}</summary>
          <ul>
            {good.map((f) => (
              <li key={`${f.id} ${f.code}`}>
                <Icon name="check" size={16} />
                <span>
                  {words.label({ fr: f.is, en: f.is })}
                  {f.where && <span className="help-where">{f.where}</span>}
                </span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

function Amiss({ finding: f }: { finding: SupportFinding }) {
  const words = useWords();
  const said = (text: string) => words.label({ fr: text, en: text });
  return (
    <li className={`help-finding ${f.level}`}>
      <p className="help-level">
        <Icon name="alert" size={16} />
        {words.t(f.level === 'fail' ? 'help.fail' : 'help.warn')}
      </p>
      <p className="help-is">{said(f.is)}</p>
      {f.where && <p className="help-where">{f.where}</p>}
      {f.fix && (
        <p>
          <strong>{words.t('app.pair', { name: words.t('help.do'), value: '' })}</strong>
          {said(f.fix)}
        </p>
      )}
    </li>
  );
}
