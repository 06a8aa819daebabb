import { useEffect, useId, useRef, useState } from 'react';
import { type Candidate, codeOf, files, type Invoice, onProgress, type Screened } from '../bridge';
import { CONFIRMATION_WORDING, type Key, useWords, type Words } from '../text';
import { Banner, Button, Checkbox, Dialog, Progress } from '../ui';
import type { Sheet } from './boxes';
import { CandidateRow, RefusedFiles, seenOf, toggleOf } from './CandidateRow';
import { giveUp, type Incoming, store, tokensOf } from './incoming';
import { Redact } from './Redact';
import { recognise } from './recognise';
import type { Ways } from './Seen';
import { type Look, useScreening } from './screening';
import { answersOf, hasPages, isOf, type Reasons, unanswered } from './seen';

// ConfirmFiles asks whether files may leave the practice, before a byte of them
// is stored. The statement is never ticked beforehand and never remembered.
export function ConfirmFiles({
  draft,
  known,
  incoming,
  onDone,
}: {
  draft: string;
  known: string[]; // ids of the files that the draft has already
  incoming: Incoming;
  onDone: (invoices: Invoice[]) => void;
}) {
  const words = useWords();
  const [left, setLeft] = useState<string[]>([]); // tokens left out
  const [gone, setGone] = useState<string[]>([]); // tokens attached, or refused for good
  const [ticked, setTicked] = useState(false);
  const [told, setTold] = useState(false);
  const [fewer, setFewer] = useState(false); // a file was refused behind « Confirmer »
  const [failure, setFailure] = useState<{ code: string; copy: boolean }>();
  const [refused, setRefused] = useState<Candidate[]>([]);
  const [reasons, setReasons] = useState<Reasons>({});
  const [phase, setPhase] = useState<'asking' | 'looking' | 'storing'>('asking');
  const [sent, setSent] = useState<Record<string, number>>({});
  const abort = useRef(new AbortController());
  const turn = useRef(0); // counts confirmations, and what is done while one waits
  const had = useRef(known);
  const invoices = useRef<Invoice[]>([]); // of the files that are attached
  const explanation = useId();
  const [pages, setPages] = useState<{ candidate: Candidate; screened: Screened; at: number }>();
  const [drawn, setDrawn] = useState<Record<string, Sheet | undefined>>({}); // boxes not applied yet
  const setFocus = useFocus();
  const { looks, now, settled, again, change, skip, stop } = useScreening(incoming, recognise);

  const all = incoming.candidates.map((c) => withProblem(c, looks[c.token]));
  const possible = all.filter((c) => !c.problem && !gone.includes(c.token));
  const kept = possible.filter((c) => !left.includes(c.token));
  const never = [...all.filter((c) => c.problem), ...refused];
  const busy = phase !== 'asking';
  const over = possible.length === 0;

  // A pop-up that goes away with its page leaves nothing behind.
  useEffect(() => {
    const controller = abort.current;
    return () => controller.abort();
  }, []);

  // What the program copies it tells by an event.
  useEffect(() => onProgress((p) => p.token && setSent((s) => ({ ...s, [p.token]: p.done }))), []);

  const cancel = () => {
    abort.current.abort();
    stop();
    void files.forget(tokensOf(incoming)).catch(() => {}); // forgotten anyway in time
    if (phase !== 'storing') onDone(invoices.current); // else once it is known what has to be taken back
  };

  const confirm = async () => {
    if (!ticked || kept.length === 0 || kept.some((c) => drawn[c.token])) return setTold(true);
    const mine = ++turn.current;
    setFailure(undefined);
    setFewer(false);
    setRefused((r) => r.filter((c) => !retried(c)));
    setPhase('looking');
    await settled();
    if (abort.current.signal.aborted || turn.current !== mine) return;
    // It may have found something meanwhile, or refused a file: whoever confirms has to
    // see that first.
    const seen = now();
    const leaving = kept.map((c) => c.token);
    const some = leaving.some((t) => seen[t]?.phase !== 'seen');
    if (some || leaving.some((t) => asks(seen[t], reasons))) {
      setTold(true);
      setFewer(some);
      return setPhase('asking');
    }
    setPhase('storing');
    setSent({});
    try {
      void files.forget(left).catch(() => {});
      const wording = CONFIRMATION_WORDING[words.lang];
      const outcome = await store(draft, had.current, leaving, wording, answersOf(seen, leaving, reasons));
      if (abort.current.signal.aborted) {
        await giveUp(draft, outcome);
        return onDone(invoices.current);
      }
      had.current = [...had.current, ...outcome.stored];
      // What the program does not know any more it cannot name.
      const named = (c: Candidate) => ({
        ...(kept.find((k) => k.token === c.token) ?? c),
        problem: c.problem,
      });
      settle(outcome.refused.map(named), seen, leaving);
    } catch (reason) {
      if (abort.current.signal.aborted) return onDone(invoices.current); // the list shows what is attached
      setPhase('asking');
      setFailure({ code: codeOf(reason), copy: false });
    }
  };

  // settle goes on with what was not attached: some of it never is, the rest stands here
  // to be confirmed once more.
  const settle = (not: Candidate[], seen: Record<string, Look>, leaving: string[]) => {
    const attached = leaving.filter((t) => !not.some((c) => c.token === t));
    invoices.current = [...invoices.current, ...invoicesOf(seen, attached)];
    if (not.length === 0) return onDone(invoices.current);
    const anew = not.filter(looked);
    setPhase('asking');
    setTold(false);
    setRefused((r) => [...r, ...not]);
    setGone((g) => [...g, ...leaving.filter((t) => !not.some((c) => c.token === t && retried(c)))]);
    if (anew.length === 0) return;
    setTicked(false); // it was said of something else, and so were the reasons
    setReasons((r) =>
      Object.fromEntries(Object.entries(r).filter(([f]) => !anew.some((c) => isOf(f, c.token)))),
    );
    again(anew.map((c) => c.token));
  };

  // act does something with a file; a confirmation that waits is given again.
  const act =
    <A extends unknown[]>(what: (...args: A) => void) =>
    (...args: A) => {
      if (phase === 'storing') return;
      turn.current++;
      setPhase('asking');
      setFailure(undefined);
      what(...args);
    };
  const toggle = (token: string) => {
    setLeft((l) => (l.includes(token) ? l.filter((t) => t !== token) : [...l, token]));
    setFocus(toggleOf(token));
  };
  const make = (token: string, copy: () => Promise<Screened>) => {
    void change(token, copy).catch((reason) => setFailure({ code: codeOf(reason), copy: true }));
    setFocus(seenOf(token)); // the button that was pressed goes with what it was about
  };
  const ways = (c: Candidate): Ways => ({
    reasons,
    answer: act((finding: string, reason: string) => setReasons((r) => ({ ...r, [finding]: reason }))),
    leaveOut: possible.length > 1 ? act(() => toggle(c.token)) : undefined,
    change: act((copy: () => Promise<Screened>) => make(c.token, copy)),
    redact: pagesOf(
      c,
      looks[c.token],
      act((screened: Screened, at: number) => setPages({ candidate: c, screened, at })),
    ),
    drawn: drawn[c.token]?.marks.length ?? 0,
    asked: told,
    busy: phase === 'storing',
  });
  const sheet = (token: string, boxes?: Sheet) => {
    setDrawn((d) => ({ ...d, [token]: boxes }));
    setPages(undefined);
  };
  const blackened = (token: string, screened: Screened) => {
    sheet(token);
    make(token, async () => screened);
  };

  const count = kept.length || possible.length;
  const total = kept.reduce((sum, c) => sum + c.size, 0);
  const done = Object.values(sent).reduce((a, b) => a + b, 0);
  const open = kept.some((c) => asks(looks[c.token], reasons));
  const missing = whatIsMissing(ticked, kept, drawn, open);
  return (
    <Dialog
      title={
        over
          ? words.t('popup.refusedTitle', { count: never.length })
          : words.t('popup.title', { count: possible.length })
      }
      onClose={cancel}
      foot={
        over ? (
          <Button look="go" onPress={() => onDone(invoices.current)} autoFocus>
            {words.t('popup.close')}
          </Button>
        ) : (
          <>
            {phase === 'looking' && (
              <Button
                look="quiet"
                onPress={() => {
                  skip();
                  setFocus(cancelId);
                }}
              >
                {words.t('popup.skip')}
              </Button>
            )}
            <Button id={cancelId} onPress={cancel}>
              {words.t('popup.cancel')}
            </Button>
            <Button
              look="go"
              onPress={() => void confirm()}
              busy={busy}
              aria-disabled={!ticked || kept.length === 0 ? 'true' : undefined}
              aria-describedby={told ? explanation : undefined}
            >
              {words.t(phase === 'looking' ? 'popup.looking' : 'popup.confirm')}
            </Button>
          </>
        )
      }
    >
      {!over && (
        <ul className="files popup-files" tabIndex={possible.length > 1 ? 0 : undefined}>
          {possible.map((c) => (
            <CandidateRow
              key={c.token}
              candidate={c}
              look={looks[c.token] ?? { phase: 'waiting' }}
              ways={ways(c)}
              out={left.includes(c.token)}
              onToggle={
                (possible.length > 1 || left.includes(c.token)) && phase !== 'storing'
                  ? act(() => toggle(c.token))
                  : undefined
              }
            />
          ))}
        </ul>
      )}
      {never.length > 0 && <RefusedFiles candidates={never} titled={!over} />}
      {!over && (
        <Checkbox checked={ticked} onChange={setTicked} disabled={busy}>
          <span className="popup-statement">{words.t('popup.statement', { count })}</span>
        </Checkbox>
      )}
      <div role="status">
        {!busy && !over && kept.every((c) => looks[c.token]?.phase === 'seen') && (
          <p className="sr">{words.t(open ? 'popup.seenOpen' : 'popup.seenAll', { count: kept.length })}</p>
        )}
        {fewer && !over && <p className="field-error">{words.t('popup.fewer')}</p>}
        {told && !over && missing && (
          <p className="field-error" id={explanation}>
            {words.t(missing)}
          </p>
        )}
      </div>
      {phase === 'storing' && (
        <Progress
          label={words.t('popup.storing')}
          done={done}
          total={total}
          text={words.t('popup.sent', { done: words.size(done), total: words.size(total) })}
        />
      )}
      {failure && <Banner tone="red" live title={failedText(words, failure)} />}
      {pages && (
        <Redact
          {...pages}
          kept={drawn[pages.candidate.token]}
          onChanged={(screened) => blackened(pages.candidate.token, screened)}
          onLeaveOut={() => {
            sheet(pages.candidate.token);
            if (possible.length > 1) toggle(pages.candidate.token);
            else cancel();
          }}
          onClose={(kept) => sheet(pages.candidate.token, kept)}
        />
      )}
    </Dialog>
  );
}

// looked tells refusals of files that have to be looked at anew, retried those that may
// be confirmed once more; the others are for good.
const looked = (c: Candidate) => ['file-changed', 'health-number', 'medical'].includes(c.problem?.code ?? '');
const retried = (c: Candidate) => looked(c) || ['storage-full', 'not-stored'].includes(c.problem?.code ?? '');

const cancelId = 'popup-cancel';

// useFocus puts the focus on an element, once it is there.
function useFocus(): (id: string) => void {
  const [id, setId] = useState('');
  useEffect(() => {
    if (!id) return;
    document.getElementById(id)?.focus();
    setId('');
  }, [id]);
  return setId;
}

// whatIsMissing is what has to be done before the files can leave.
function whatIsMissing(
  ticked: boolean,
  kept: Candidate[],
  drawn: Record<string, Sheet | undefined>,
  open: boolean,
): Key | undefined {
  if (kept.length === 0) return 'popup.noneKept';
  if (!ticked) return 'popup.tickFirst';
  if (kept.some((c) => drawn[c.token])) return 'popup.boxesFirst';
  return open ? 'popup.answerFirst' : undefined;
}

function failedText(words: Words, { code, copy }: { code: string; copy: boolean }): string {
  if (copy && code === 'not-now') return words.t('seen.cannot');
  return words.t(copy ? 'redact.failed' : 'files.failed', { why: words.error(code) });
}

// pagesOf opens the pages of a file, if it has any that can be shown.
function pagesOf(
  c: Candidate,
  look: Look | undefined,
  open: (screened: Screened, at: number) => void,
): Ways['redact'] {
  if (look?.phase !== 'seen' || !hasPages(c, look.screened)) return undefined;
  const { screened } = look;
  return (page) => open(screened, page);
}

// withProblem is a candidate that the guard may have refused.
function withProblem(c: Candidate, look: Look | undefined): Candidate {
  return look?.phase === 'refused' ? { ...c, problem: look.problem } : c;
}

// asks tells whether somebody has to answer for what was seen in a file.
function asks(look: Look | undefined, reasons: Reasons): boolean {
  return look?.phase === 'seen' && unanswered(look.screened, reasons).length > 0;
}

function invoicesOf(looks: Record<string, Look>, tokens: string[]): Invoice[] {
  return tokens.flatMap((t) => {
    const look = looks[t];
    return look?.phase === 'seen' && look.screened.invoice ? [look.screened.invoice] : [];
  });
}
