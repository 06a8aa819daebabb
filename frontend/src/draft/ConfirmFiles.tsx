import { useEffect, useId, useRef, useState } from 'react';
import { type Candidate, codeOf, files, type Invoice, onProgress, type Screened } from '../bridge';
import { CONFIRMATION_WORDING, useWords } from '../text';
import { Banner, Button, Checkbox, Dialog, Progress } from '../ui';
import type { Sheet } from './boxes';
import { CandidateRow, RefusedFiles, seenOf } from './CandidateRow';
import { giveUp, type Incoming, store, tokensOf } from './incoming';
import { Redact } from './Redact';
import { recognise } from './recognise';
import type { Ways } from './Seen';
import { type Look, useScreening } from './screening';
import { answersOf, hasPages, type Reasons, unanswered } from './seen';

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
  const [ticked, setTicked] = useState(false);
  const [told, setTold] = useState(false);
  const [failure, setFailure] = useState('');
  const [refused, setRefused] = useState<Candidate[]>([]);
  const [reasons, setReasons] = useState<Reasons>({});
  const [phase, setPhase] = useState<'asking' | 'looking' | 'storing'>('asking');
  const [sent, setSent] = useState<Record<string, number>>({});
  const abort = useRef(new AbortController());
  const explanation = useId();
  const [pages, setPages] = useState<{ candidate: Candidate; screened: Screened; at: number }>();
  const [back, setBack] = useState(''); // token of the file that was blackened just now
  const drawn = useRef<Record<string, Sheet | undefined>>({}); // boxes that were not given up
  const { looks, now, settled, change, skip, stop } = useScreening(incoming, recognise);

  const all = incoming.candidates.map((c) => withProblem(c, looks[c.token]));
  const possible = all.filter((c) => !c.problem);
  const kept = possible.filter((c) => !left.includes(c.token));
  const never = [...all.filter((c) => c.problem), ...refused];
  const busy = phase !== 'asking';
  const over = possible.length === 0 || (refused.length > 0 && kept.length === 0);

  // A pop-up that goes away with its page leaves nothing behind.
  useEffect(() => {
    const controller = abort.current;
    return () => controller.abort();
  }, []);

  // The button that opened the pages goes with what it was about.
  useEffect(() => {
    if (!back) return;
    document.getElementById(seenOf(back))?.focus();
    setBack('');
  }, [back]);

  // What the program copies it tells by an event.
  useEffect(() => onProgress((p) => p.token && setSent((s) => ({ ...s, [p.token]: p.done }))), []);

  const cancel = () => {
    abort.current.abort();
    stop();
    void files.forget(tokensOf(incoming)).catch(() => {}); // forgotten anyway in time
    if (phase !== 'storing') onDone([]); // else once it is known what has to be taken back
  };

  const confirm = async () => {
    if (!ticked || kept.length === 0) return setTold(true);
    setFailure('');
    setPhase('looking');
    await settled();
    if (abort.current.signal.aborted) return;
    // It may have found something meanwhile, or refused a file.
    const seen = now();
    const leaving = kept.map((c) => c.token).filter((t) => seen[t]?.phase === 'seen');
    if (leaving.length === 0 || leaving.some((t) => asks(seen[t], reasons))) {
      setTold(true);
      return setPhase('asking');
    }
    setPhase('storing');
    setSent({});
    try {
      void files.forget(left).catch(() => {});
      const wording = CONFIRMATION_WORDING[words.lang];
      const outcome = await store(draft, known, leaving, wording, answersOf(seen, leaving, reasons));
      if (abort.current.signal.aborted) {
        await giveUp(draft, outcome);
        return onDone([]);
      }
      setPhase('asking');
      if (outcome.refused.length > 0) setRefused(outcome.refused);
      else onDone(invoicesOf(seen, leaving));
    } catch (reason) {
      if (abort.current.signal.aborted) return onDone([]); // the list shows what is attached
      setPhase('asking');
      setFailure(codeOf(reason));
    }
  };

  const toggle = (token: string) =>
    setLeft((l) => (l.includes(token) ? l.filter((t) => t !== token) : [...l, token]));
  const ways = (c: Candidate): Ways => ({
    reasons,
    answer: (finding, reason) => setReasons((r) => ({ ...r, [finding]: reason })),
    leaveOut: possible.length > 1 ? () => toggle(c.token) : undefined,
    change: (make) => void change(c.token, make).catch((reason) => setFailure(codeOf(reason))),
    redact: pagesOf(c, looks[c.token], (screened, at) => setPages({ candidate: c, screened, at })),
    asked: told,
  });
  const blackened = (token: string, screened: Screened) => {
    drawn.current[token] = undefined;
    setPages(undefined);
    void change(token, async () => screened).catch((reason) => setFailure(codeOf(reason)));
    setBack(token);
  };

  const count = kept.length || possible.length;
  const total = kept.reduce((sum, c) => sum + c.size, 0);
  const done = Object.values(sent).reduce((a, b) => a + b, 0);
  const open = kept.some((c) => asks(looks[c.token], reasons));
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
          <Button look="go" onPress={() => onDone([])} autoFocus>
            {words.t('popup.close')}
          </Button>
        ) : (
          <>
            {phase === 'looking' && (
              <Button look="quiet" onPress={skip}>
                {words.t('popup.skip')}
              </Button>
            )}
            <Button onPress={cancel}>{words.t('popup.cancel')}</Button>
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
              onToggle={possible.length > 1 && !busy ? () => toggle(c.token) : undefined}
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
          <p className="spoken">
            {words.t(open ? 'popup.seenOpen' : 'popup.seenAll', { count: kept.length })}
          </p>
        )}
        {told && !over && (!ticked || open) && (
          <p className="field-error" id={explanation}>
            {words.t(ticked ? 'popup.answerFirst' : 'popup.tickFirst')}
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
      {failure && <Banner tone="red" live title={words.t('files.failed', { why: words.error(failure) })} />}
      {pages && (
        <Redact
          {...pages}
          kept={drawn.current[pages.candidate.token]}
          onChanged={(screened) => blackened(pages.candidate.token, screened)}
          onLeaveOut={() => {
            setPages(undefined);
            if (possible.length > 1) toggle(pages.candidate.token);
            else cancel();
          }}
          onClose={(kept) => {
            drawn.current[pages.candidate.token] = kept;
            setPages(undefined);
          }}
        />
      )}
    </Dialog>
  );
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
