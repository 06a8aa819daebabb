import { useEffect, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import type { Problem } from '../bridge';
import { sentenceOf } from '../request';
import { useWords } from '../text';
import { Banner, Button, useToast } from '../ui';
import { type Editor, FINAL } from './editor';
import { forget } from './editors';
import { orphansOf } from './orphans';
import { FOUND, isGone, problemsShown } from './problems';
import { type State, type Step, stepOf, type Work } from './reducer';
import { SharedNotice } from './Shared';

// What a person has to know about their draft: that it is not saved yet, that
// it was changed elsewhere, what is to be looked at again.

export function Notices({ editor, state }: { editor: Editor; state: State & Work }) {
  const words = useWords();
  return (
    <>
      <Trouble editor={editor} state={state} />
      {state.renewed && <Renewed work={state} />}
      {state.shared && <SharedNotice editor={editor} />}
      {state.givenBy && <Banner tone="blue" title={words.t('given.title', { name: state.givenBy })} />}
    </>
  );
}

// Renewed says that the form is not the one that the draft was begun with, and
// leads to what is left to do in it.
function Renewed({ work }: { work: Work }) {
  const words = useWords();
  const [orphan] = orphansOf(work);
  const here = work.content.road === 'form' || stepOf(work) === 'details';
  const open = work.view.fields.filter((f) =>
    work.view.problems.some((p) => p.field === f.key && p.code === 'required'),
  );
  return (
    <Banner tone="blue" live title={words.t('renewed.title')}>
      <p>{words.t('renewed.text')}</p>
      {here && (open.length > 0 || orphan) && (
        <ul>
          {open.map((f) => (
            <li key={f.key}>
              <Leads to={f.key}>{words.t('required.field', { label: words.label(f.label) })}</Leads>
            </li>
          ))}
          {orphan && (
            <li>
              <Leads to={orphan.key}>{words.t('renewed.orphans')}</Leads>
            </li>
          )}
        </ul>
      )}
    </Banner>
  );
}

function Leads({ to, children }: { to: string; children: string }) {
  return (
    <button type="button" className="summary-link" onClick={() => focusField(to)}>
      {children}
    </button>
  );
}

function Trouble({ editor, state }: { editor: Editor; state: State & Work }) {
  const words = useWords();
  const toast = useToast();
  const [, go] = useLocation();
  const [busy, setBusy] = useState(false);
  const alone = (act: () => Promise<unknown>) => {
    setBusy(true);
    void act().finally(() => setBusy(false));
  };
  if (state.kind === 'conflict') {
    const take = async () => {
      if (await editor.takeTheirs()) toast((w) => w.t('draft.keptApart'));
    };
    return (
      <Banner
        live
        title={words.t('draft.conflict')}
        acts={
          <>
            <Button small busy={busy} onPress={() => editor.keepMine()}>
              {words.t('draft.keepMine')}
            </Button>
            <Button small busy={busy} onPress={() => alone(take)}>
              {words.t('draft.takeTheirs')}
            </Button>
          </>
        }
      >
        <p>{words.t('draft.conflictText', { when: words.when(state.theirs.savedAt) })}</p>
      </Banner>
    );
  }
  const code = state.sync.failure;
  if (!code) return null;
  const gone = code === 'not-found' || code === 'not-now';
  const keep = async () => {
    const id = await editor.keepApart();
    if (!id) return;
    forget(state.id);
    go(`/draft/${id}`, { replace: true });
  };
  return (
    <Banner
      live
      title={words.t('draft.notSaved', { why: words.error(code) })}
      acts={
        <Button small busy={busy} onPress={() => (gone ? alone(keep) : void editor.flush())}>
          {words.t(gone ? 'draft.asNew' : 'status.retry')}
        </Button>
      }
    >
      {!FINAL.includes(code) && <p>{words.t('draft.retrying')}</p>}
    </Banner>
  );
}

// Summary lists what is to be looked at again; it takes the focus when a check
// found something.
export function Summary({
  work,
  steps,
  refused,
  onGo,
}: {
  work: Work;
  steps?: Step[]; // only problems of these
  refused?: boolean;
  onGo: (problem: Problem) => void;
}) {
  const words = useWords();
  const box = useRef<HTMLElement>(null);
  const problems = problemsShown(work).filter((p) => !steps || steps.includes(p.step as Step));
  const told = problems.filter(
    (p) =>
      work.checked.includes(p.step as Step) ||
      isGone(work, p.field) ||
      work.refused.some((r) => r.field === p.field),
  );
  useEffect(() => {
    if (work.summary > 0) box.current?.focus();
  }, [work.summary]);
  if (told.length === 0) return null;
  const lines = inOrder(work, told).map((p) => {
    const field = work.view.fields.find((f) => f.key === p.field);
    const orphan = work.view.orphans.find((o) => o.key === p.field);
    const label = words.label((field ?? orphan)?.label);
    return { problem: p, label, sentence: sentenceOf(words, p, label, field?.kind === 'choice', work.files) };
  });
  // What is wrong with several fields alike is told with the name of each, and so is what
  // only says that something stands there.
  const alike = (s: string) => lines.filter((l) => l.sentence === s).length > 1;
  const nameless = (p: Problem) => FOUND.includes(p.code);
  return (
    <section ref={box} tabIndex={-1} className="banner red summary" aria-labelledby="summary-title">
      <p id="summary-title" className="banner-title">
        {words.t('draft.problems', { count: told.length })}
      </p>
      {refused && work.refused.length > 0 && <p>{words.t('draft.refused')}</p>}
      <ul>
        {lines.map(({ problem: p, label, sentence }) => (
          <li key={`${p.field} ${p.code}`}>
            <button type="button" className="summary-link" onClick={() => onGo(p)}>
              {label && (nameless(p) || alike(sentence))
                ? words.t('app.pair', { name: label, value: sentence })
                : sentence}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

// inOrder has problems follow one another as what they are about does on the page.
function inOrder(work: Work, problems: Problem[]): Problem[] {
  const { fields, orphans } = work.view;
  const keys = ['type', 'practice', 'category', ...fields.map((f) => f.key), ...orphans.map((o) => o.key)];
  const at = (p: Problem) => (keys.includes(p.field) ? keys.indexOf(p.field) : keys.length);
  return problems.toSorted((a, b) => at(a) - at(b));
}

// focusField puts the cursor where a problem is mended.
export function focusField(field: string): void {
  const at = document.getElementById(`field-${field}`);
  const target = at?.matches('input, textarea, button')
    ? at
    : at?.querySelector<HTMLElement>('input, textarea, button');
  target?.focus();
}
