import { useEffect, useId, useRef, useState } from 'react';
import {
  type Candidate,
  codeOf,
  files,
  type Invoice,
  onProgress,
  type Problem,
  problemIn,
  type Screened,
} from '../bridge';
import { sentenceOf } from '../request';
import { CONFIRMATION_WORDING, type Key, useWords, type Words } from '../text';
import { AGAIN, Banner, Button, Checkbox, Dialog, Progress, Status } from '../ui';
import type { Sheet } from './boxes';
import { CandidateRow, RefusedFiles, seenOf, toggleOf } from './CandidateRow';
import { giveUp, type Incoming, store, tokensOf } from './incoming';
import { Redact } from './Redact';
import { recognise } from './recognise';
import type { Ways } from './Seen';
import { type Look, skippable, useScreening } from './screening';
import { answersOf, hasPages, isOf, type Reasons, sizeOf, unanswered, waysText } from './seen';

// ConfirmFiles asks whether files may leave the practice, before a byte of them
// is stored. The statement is never ticked beforehand and never remembered.
export function ConfirmFiles({
  draft,
  known,
  incoming,
  offers,
  onDone,
}: {
  draft: string;
  known: string[]; // ids of the files that the draft has already
  incoming: Incoming;
  offers?: boolean; // what an invoice says of itself can be taken into the draft
  onDone: (invoices: Invoice[], wanted?: Invoice) => void;
}) {
  const words = useWords();
  const [left, setLeft] = useState<string[]>([]); // tokens left out
  const [gone, setGone] = useState<string[]>([]); // tokens attached, or refused for good
  const [ticked, setTicked] = useState(false);
  const [taking, setTaking] = useState(true);
  const [told, setTold] = useState(false);
  const [tries, setTries] = useState(0); // of confirming with something still to be answered
  const [fewer, setFewer] = useState(false); // a file was refused behind « Confirmer »
  const [changed, setChanged] = useState(false); // what was ticked was said of other bytes
  const [failure, setFailure] = useState<Failure>();
  const [refused, setRefused] = useState<Candidate[]>([]);
  const [reasons, setReasons] = useState<Reasons>({});
  const [phase, setPhase] = useState<'asking' | 'looking' | 'storing'>('asking');
  const [sent, setSent] = useState<Record<string, number>>({});
  const abort = useRef(new AbortController());
  const turn = useRef(0); // counts confirmations, and what is done while one waits
  const shut = useRef(0); // until when « Confirmer » is not what whoever presses it saw
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
  const standsHere = (c: Candidate) => possible.some((p) => p.token === c.token);
  const never = [...all.filter((c) => c.problem), ...refused.filter((c) => !standsHere(c))];
  const busy = phase !== 'asking';
  const over = possible.length === 0;

  // A pop-up that goes away with its page leaves nothing behind.
  useEffect(() => {
    const controller = abort.current;
    return () => controller.abort();
  }, []);

  // What is to be answered is brought into sight.
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    if (tries > 0) list.current?.querySelector('.seen-remark.red')?.scrollIntoView?.({ block: 'nearest' });
  }, [tries]);

  // What the program copies it tells by an event.
  useEffect(() => onProgress((p) => p.token && setSent((s) => ({ ...s, [p.token]: p.done }))), []);

  const cancel = () => {
    abort.current.abort();
    stop();
    void files.forget(tokensOf(incoming)).catch(() => {}); // forgotten anyway in time
    if (phase !== 'storing') onDone(invoices.current); // else once it is known what has to be taken back
  };

  const confirm = async () => {
    if (performance.now() < shut.current) return;
    if (!ticked || kept.length === 0 || kept.some((c) => drawn[c.token])) return setTold(true);
    const mine = ++turn.current;
    setFailure(undefined);
    setFewer(false);
    setRefused((r) => r.filter((c) => !retried(c)));
    setPhase('looking');
    const leaving = kept.map((c) => c.token);
    const waited = leaving.some((t) => now()[t]?.phase !== 'seen');
    await settled();
    if (abort.current.signal.aborted || turn.current !== mine) return;
    // It may have found something meanwhile, or refused a file: whoever confirms has to
    // see that first.
    const seen = now();
    const some = leaving.some((t) => seen[t]?.phase !== 'seen');
    if (some || leaving.some((t) => asks(seen[t], reasons))) {
      setTold(true);
      setTries((n) => n + 1);
      setFewer(some);
      if (waited) shut.current = performance.now() + AGAIN;
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
      setFailure(failureOf(reason, false));
    }
  };

  // settle goes on with what was not attached: some of it never is, the rest stands here
  // to be confirmed once more.
  const settle = (not: Candidate[], seen: Record<string, Look>, leaving: string[]) => {
    const attached = leaving.filter((t) => !not.some((c) => c.token === t));
    invoices.current = [...invoices.current, ...invoicesOf(seen, attached)];
    if (not.length === 0)
      return onDone(invoices.current, offers && taking ? oneSure(invoices.current) : undefined);
    const anew = not.filter(looked);
    setPhase('asking');
    setTold(false);
    setRefused((r) => [...r, ...not]);
    setGone((g) => [...g, ...leaving.filter((t) => !not.some((c) => c.token === t && retried(c)))]);
    if (anew.length === 0) return;
    outdate(anew.map((c) => c.token));
    again(anew.map((c) => c.token));
  };

  // outdate takes off the tick, and the reasons that were given of files that are not what
  // they were.
  const outdate = (tokens: string[], kept: string[] = []) => {
    setChanged((c) => c || ticked);
    setTicked(false);
    const holds = (f: string) => kept.includes(f) || !tokens.some((t) => isOf(f, t));
    setReasons((r) => Object.fromEntries(Object.entries(r).filter(([f]) => holds(f))));
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
  const make = (token: string, copy: () => Promise<Screened>, kept: string[] = []) => {
    outdate([token], kept);
    void change(token, copy).catch((reason) => setFailure(failureOf(reason, true)));
    setFocus(seenOf(token)); // the button that was pressed goes with what it was about
  };
  const ways = (c: Candidate): Ways => ({
    reasons,
    answer: act((finding: string, reason: string) => setReasons((r) => ({ ...r, [finding]: reason }))),
    leaveOut: possible.length > 1 ? act(() => toggle(c.token)) : undefined,
    change: act((copy: () => Promise<Screened>, kept?: string[]) => make(c.token, copy, kept)),
    redact: pagesOf(
      c,
      looks[c.token],
      act((screened: Screened, at: number) => setPages({ candidate: c, screened, at })),
    ),
    drawn: drawn[c.token]?.marks.map((m) => m.page) ?? [],
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

  const waysOn = () => {
    const looked = kept.flatMap((candidate) => {
      const look = looks[candidate.token];
      return look?.phase === 'seen' ? [{ candidate, screened: look.screened }] : [];
    });
    return waysText(words, looked, reasons, possible.length > 1);
  };

  const count = kept.length || possible.length;
  const total = kept.reduce((sum, c) => sum + sizeOf(c, looks[c.token]), 0);
  const done = Object.values(sent).reduce((a, b) => a + b, 0);
  const open = kept.some((c) => asks(looks[c.token], reasons));
  const lacks = whatIsMissing(ticked, kept, drawn, open);
  const missing = lacks && words.t(lacks, { ways: lacks === 'popup.answerFirst' ? waysOn() : '' });
  const inKept = invoicesOf(
    looks,
    kept.map((c) => c.token),
  );
  const offered = offers && oneSure([...invoices.current, ...inKept]);
  const waits = phase === 'looking' && kept.some((c) => skippable(looks[c.token]));
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
            {/* It has its place before it is there: nothing moves under the pointer. */}
            <span className={waits ? 'popup-skip' : 'popup-skip away'}>
              <Button
                look="quiet"
                small
                onPress={() => {
                  skip();
                  setFocus(confirmId);
                }}
              >
                {words.t('popup.skip')}
              </Button>
            </span>
            <Button onPress={cancel}>{words.t('popup.cancel')}</Button>
            <Button
              id={confirmId}
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
        <ul className="files" ref={list}>
          {possible.map((c) => (
            <CandidateRow
              key={c.token}
              candidate={c}
              look={looks[c.token] ?? { phase: 'waiting' }}
              refusal={refused.find((r) => r.token === c.token)?.problem}
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
      <div className="popup-ask">
        {!over && (
          <Checkbox checked={ticked} onChange={setTicked} disabled={busy}>
            <span className="popup-statement">{words.t('popup.statement', { count })}</span>
          </Checkbox>
        )}
        {!over && offered && (
          <Checkbox checked={taking} onChange={setTaking} disabled={busy}>
            {words.t('popup.take', {
              number: offered.number,
              date: offered.date ? words.day(offered.date) : 'none',
              seller: offered.seller || 'none',
            })}
          </Checkbox>
        )}
        <Status>
          {!busy && !over && kept.every((c) => looks[c.token]?.phase === 'seen') && (
            <p className="sr" key={`${open} ${kept.length}`}>
              {words.t(open ? 'popup.seenOpen' : 'popup.seenAll', { count: kept.length })}
            </p>
          )}
          {fewer && !over && <p className="field-error">{words.t('popup.fewer')}</p>}
          {changed && !ticked && !over && <p className="popup-changed">{words.t('popup.changed')}</p>}
          {told && !over && missing && !(changed && !ticked) && (
            <p className="field-error" id={explanation} key={missing}>
              {missing}
            </p>
          )}
        </Status>
        {phase === 'storing' && (
          <Progress
            label={words.t('popup.storing')}
            done={done}
            total={total}
            text={words.t('popup.sent', { done: words.size(done), total: words.size(total) })}
          />
        )}
        {failure && <Banner tone="red" live title={failedText(words, failure)} />}
      </div>
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

const confirmId = 'popup-confirm';

// Failure is why something could not be done, with what is wrong with the file.
interface Failure {
  code: string;
  problem?: Problem;
  copy: boolean; // a copy was to be made
}

function failureOf(reason: unknown, copy: boolean): Failure {
  return { code: codeOf(reason), problem: problemIn(reason), copy };
}

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

function failedText(words: Words, { code, problem, copy }: Failure): string {
  if (copy && code === 'not-now') return words.t('seen.cannot');
  const why = problem ? sentenceOf(words, problem) : words.error(code);
  return words.t(copy ? 'redact.failed' : 'files.failed', { why });
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

// oneSure is the invoice that says its number by itself, if it is one.
function oneSure(invoices: Invoice[]): Invoice | undefined {
  const sure = invoices.filter((i) => i.sure && i.number !== '');
  return sure.length === 1 ? sure[0] : undefined;
}

function invoicesOf(looks: Record<string, Look>, tokens: string[]): Invoice[] {
  return tokens.flatMap((t) => {
    const look = looks[t];
    return look?.phase === 'seen' && look.screened.invoice ? [look.screened.invoice] : [];
  });
}
