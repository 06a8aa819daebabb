import './privacy.css';
import { type ReactNode, useState } from 'react';
import { codeOf, type Kept, privacy, reads, type Settings, useShared } from '../../bridge';
import { dayOf } from '../../outbox/page';
import { PageHead } from '../../request';
import { type Key, useWords, type Words } from '../../text';
import { Button, Dropdown, useToast } from '../../ui';
import { EraseDialog } from './EraseDialog';
import { ledgerOf } from './ledger';

// Privacy says what lies where, who can read it and for how long, and lets the person
// at the desk have it vanish.
export function Privacy({ set }: { set: (change: Partial<Settings>) => void }) {
  const words = useWords();
  const { data: kept } = useShared(reads.kept);
  const { data: person } = useShared(reads.person);
  const [erasing, setErasing] = useState(false);
  return (
    <div className="privacy">
      <PageHead title={words.t('privacy.title')} line={words.t('privacy.line')} />
      <Part title="privacy.here">
        {kept && <Amounts kept={kept} />}
        <Readers />
      </Part>
      <Part title="privacy.portal">
        <p>{words.t('privacy.portalText')}</p>
      </Part>
      <Part title="privacy.out">
        <p>{words.t('privacy.outText')}</p>
      </Part>
      <Part title="privacy.ledger">
        <p>{words.t('privacy.ledgerText', { count: kept?.statements ?? 0 })}</p>
        <LedgerButton count={kept?.statements ?? 0} />
      </Part>
      <Part title="privacy.keep">
        <KeepChoice set={set} />
      </Part>
      {person?.known && (
        <Part title="privacy.erase">
          <p>{words.t('privacy.eraseText')}</p>
          <Button onPress={() => setErasing(true)}>{words.t('privacy.eraseButton')}</Button>
        </Part>
      )}
      {erasing && kept && person && (
        <EraseDialog kept={kept} person={person.id} onClose={() => setErasing(false)} />
      )}
    </div>
  );
}

function Part({ title, children }: { title: Key; children: ReactNode }) {
  const words = useWords();
  return (
    <section className="card privacy-part" aria-labelledby={title}>
      <h2 id={title}>{words.t(title)}</h2>
      {children}
    </section>
  );
}

// amounts are what lies here, in words, and how much of it.
export function amounts(words: Words, k: Kept): [string, string][] {
  const files = words.t('privacy.filesCount', { count: k.files, size: words.size(k.fileBytes) });
  return [
    [words.t('privacy.drafts'), words.number(k.drafts + k.shared)],
    [words.t('privacy.waiting'), words.number(k.waiting)],
    [words.t('privacy.received'), words.number(k.received)],
    [words.t('privacy.files'), files],
  ];
}

function Amounts({ kept }: { kept: Kept }) {
  const words = useWords();
  return (
    <dl className="privacy-amounts">
      {amounts(words, kept).map(([what, much]) => (
        <div key={what}>
          <dt>{what}</dt>
          <dd className="figures">{much}</dd>
        </div>
      ))}
    </dl>
  );
}

// Readers says who can read what lies here.
function Readers() {
  const words = useWords();
  const { data: keys } = useShared(reads.keys);
  if (!keys) return null;
  return <p>{words.t(keys.sealed ? 'privacy.sealed' : keys.silent ? 'privacy.silent' : 'privacy.plain')}</p>;
}

function LedgerButton({ count }: { count: number }) {
  const words = useWords();
  const toast = useToast();
  const [busy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    try {
      const name = words.t('privacy.ledgerName', { date: dayOf(new Date()) });
      const path = await privacy.ledger(words.t('privacy.ledgerTitle'), name, ledgerOf(words));
      if (path) toast((w) => w.t('papers.saved', { path }), { lasts: true });
    } catch (reason) {
      toast((w) => w.error(codeOf(reason)), { lasts: true });
    } finally {
      setBusy(false);
    }
  };
  return count === 0 ? null : (
    <Button busy={busy} onPress={() => void save()}>
      {words.t('privacy.ledgerSave')}
    </Button>
  );
}

const KEEP = [7, 30, 90, 0]; // days, 0 for ever

function KeepChoice({ set }: { set: (change: Partial<Settings>) => void }) {
  const words = useWords();
  const { data: settings } = useShared(reads.settings);
  const keep = settings?.keep ?? 30;
  const locked = settings?.locked.includes('keep');
  const days = locked ? [keep] : KEEP.includes(keep) ? KEEP : [keep, ...KEEP];
  return (
    <>
      <p>{words.t('privacy.keepText')}</p>
      <div className="privacy-choice">
        <Dropdown
          id="keep"
          label={words.t('privacy.keepLabel')}
          value={String(keep)}
          onChange={(v) => set({ keep: Number(v) })}
          placeholder=""
          choices={days.map((n) => ({
            value: String(n),
            label: n === 0 ? words.t('privacy.keepEver') : words.t('privacy.keepDays', { count: n }),
          }))}
        />
        {locked && <p className="privacy-locked">{words.t('person.locked')}</p>}
      </div>
    </>
  );
}
