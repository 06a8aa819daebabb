import { useEffect, useId, useRef, useState } from 'react';
import { type Candidate, codeOf, files, onProgress } from '../bridge';
import { sentenceOf } from '../request';
import { CONFIRMATION_WORDING, useWords } from '../text';
import { Banner, Button, Checkbox, Dialog, Icon, Progress } from '../ui';
import { giveUp, type Incoming, store, tokensOf } from './incoming';

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
  onDone: () => void;
}) {
  const words = useWords();
  const [left, setLeft] = useState<string[]>([]); // tokens left out
  const [ticked, setTicked] = useState(false);
  const [told, setTold] = useState(false);
  const [failure, setFailure] = useState('');
  const [refused, setRefused] = useState<Candidate[]>([]);
  const [sent, setSent] = useState<Record<string, number>>();
  const abort = useRef(new AbortController());
  const explanation = useId();

  const possible = incoming.candidates.filter((c) => !c.problem);
  const kept = possible.filter((c) => !left.includes(c.token));
  const never = [...incoming.candidates.filter((c) => c.problem), ...refused];
  const busy = sent !== undefined;
  const over = possible.length === 0 || refused.length > 0;

  // A pop-up that goes away with its page leaves nothing behind.
  useEffect(() => {
    const controller = abort.current;
    return () => controller.abort();
  }, []);

  // What the program copies by itself it tells by an event.
  useEffect(() => onProgress((p) => p.token && setSent((s) => (s ? { ...s, [p.token]: p.done } : s))), []);

  const cancel = () => {
    abort.current.abort();
    void files.forget(tokensOf(incoming)).catch(() => {}); // forgotten anyway in time
    if (!busy) onDone(); // else once it is known what has to be taken back
  };

  const confirm = async () => {
    if (!ticked || kept.length === 0) {
      setTold(true);
      return;
    }
    setFailure('');
    setSent({});
    try {
      void files.forget(left).catch(() => {});
      const outcome = await store(
        draft,
        known,
        incoming,
        kept.map((c) => c.token),
        CONFIRMATION_WORDING[words.lang],
        (token, done) => setSent((s) => ({ ...s, [token]: done })),
        abort.current.signal,
      );
      if (abort.current.signal.aborted) {
        await giveUp(draft, outcome);
        return onDone();
      }
      setSent(undefined);
      if (outcome.refused.length > 0) setRefused(outcome.refused);
      else onDone();
    } catch (reason) {
      if (abort.current.signal.aborted) return onDone(); // the list shows what is attached
      setSent(undefined);
      setFailure(codeOf(reason));
    }
  };

  const count = kept.length || possible.length;
  const total = kept.reduce((sum, c) => sum + c.size, 0);
  const done = Object.values(sent ?? {}).reduce((a, b) => a + b, 0);
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
          <Button look="go" onPress={onDone} autoFocus>
            {words.t('popup.close')}
          </Button>
        ) : (
          <>
            <Button onPress={cancel}>{words.t('popup.cancel')}</Button>
            <Button
              look="go"
              onPress={() => void confirm()}
              busy={busy}
              aria-disabled={!ticked || kept.length === 0 ? 'true' : undefined}
              aria-describedby={told ? explanation : undefined}
            >
              {words.t('popup.confirm')}
            </Button>
          </>
        )
      }
    >
      {!over && (
        <ul className="files popup-files" tabIndex={possible.length > 3 ? 0 : undefined}>
          {possible.map((c) => (
            <CandidateRow
              key={c.token}
              candidate={c}
              out={left.includes(c.token)}
              onToggle={
                possible.length > 1 && !busy
                  ? () =>
                      setLeft((l) => (l.includes(c.token) ? l.filter((t) => t !== c.token) : [...l, c.token]))
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
        {told && !ticked && !over && (
          <p className="field-error" id={explanation}>
            {words.t('popup.tickFirst')}
          </p>
        )}
      </div>
      {busy && (
        <Progress
          label={words.t('popup.storing')}
          done={done}
          total={total}
          text={words.t('popup.sent', { done: words.size(done), total: words.size(total) })}
        />
      )}
      {failure && <Banner tone="red" live title={words.t('files.failed', { why: words.error(failure) })} />}
    </Dialog>
  );
}

function CandidateRow({
  candidate,
  out,
  onToggle,
}: {
  candidate: Candidate;
  out: boolean;
  onToggle?: () => void;
}) {
  const words = useWords();
  const { name, size } = candidate;
  return (
    <li className={out ? 'file out' : 'file'}>
      <span className="file-thumb plain">
        <Icon name="page" size={24} />
      </span>
      <span className="file-text">
        <span className="file-name">{name}</span>
        <span className="file-size">{out ? words.t('popup.leftOut') : words.size(size)}</span>
      </span>
      {onToggle && (
        <Button
          look="quiet"
          small
          icon
          aria-label={words.t(out ? 'popup.keep' : 'popup.leaveOut', { name })}
          onPress={onToggle}
        >
          <Icon name={out ? 'plus' : 'cross'} />
        </Button>
      )}
    </li>
  );
}

function RefusedFiles({ candidates, titled }: { candidates: Candidate[]; titled: boolean }) {
  const words = useWords();
  return (
    <div className="banner red">
      {titled && <p className="banner-title">{words.t('popup.refused', { count: candidates.length })}</p>}
      <ul>
        {candidates.map((c) => (
          <li key={c.token || c.name} className="refused">
            <strong>{c.name}</strong>
            <span>{c.problem && sentenceOf(words, c.problem)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
