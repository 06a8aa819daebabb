import { type KeyboardEvent, useLayoutEffect, useReducer, useRef, useState } from 'react';
import { type Candidate, codeOf, guard, type Problem, problemIn, type Screened } from '../bridge';
import { sentenceOf } from '../request';
import { useWords } from '../text';
import { Banner, Button, Dialog, Status } from '../ui';
import { blank, reduce, type Sheet, type Step } from './boxes';
import { Pages } from './RedactPages';
import { findingText, pictureOf, remarks } from './seen';

// Redact shows the pages of a file as they would leave, and makes a copy that is black
// where somebody has drawn boxes. onClose is told the boxes that were not given up.
export function Redact({
  candidate,
  screened,
  at,
  kept,
  onChanged,
  onLeaveOut,
  onClose,
}: {
  candidate: Candidate;
  screened: Screened;
  at: number; // the page that is shown first
  kept?: Sheet;
  onChanged: (screened: Screened) => void;
  onLeaveOut: () => void;
  onClose: (kept?: Sheet) => void;
}) {
  const words = useWords();
  const [sheet, dispatch] = useReducer(reduce, kept ?? blank);
  const pages = Math.max(1, screened.pages);
  const [page, setPage] = useState(Math.min(Math.max(1, at), pages));
  const [failure, setFailure] = useState<{ code: string; problem?: Problem }>();
  const [busy, setBusy] = useState(false);
  const [told, setTold] = useState(false);
  const { frame, step } = useSteps(sheet, dispatch, busy);

  const apply = async () => {
    if (sheet.marks.length === 0) return setTold(true);
    setFailure(undefined);
    setBusy(true);
    try {
      const boxes = sheet.marks.map(({ page, x, y, w, h }) => ({ page, x, y, w, h }));
      onChanged(await guard.change(screened.token, 'redact', boxes));
    } catch (reason) {
      setBusy(false);
      setFailure({ code: codeOf(reason), problem: problemIn(reason) });
    }
  };
  const undo = (e: KeyboardEvent) => {
    if (!(e.ctrlKey || e.metaKey) || e.shiftKey || e.altKey || e.key.toLowerCase() !== 'z') return;
    e.preventDefault();
    step({ do: 'undo' });
  };
  const none = sheet.marks.length === 0;
  return (
    <Dialog
      full
      title={words.t(candidate.media.startsWith('image/') ? 'redact.titlePicture' : 'redact.title', {
        name: candidate.name,
      })}
      locked={busy}
      onClose={() => onClose(none ? undefined : sheet)}
      foot={
        <>
          <Status className="redact-count">
            {busy
              ? words.t('redact.busy')
              : told && none
                ? words.t('redact.first')
                : words.t('redact.count', { count: sheet.marks.length })}
          </Status>
          <Button onPress={() => onClose()} disabled={busy}>
            {words.t('redact.cancel')}
          </Button>
          <Button
            look="go"
            busy={busy}
            aria-disabled={none ? 'true' : undefined}
            onPress={() => void apply()}
          >
            {words.t('redact.apply')}
          </Button>
        </>
      }
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: what is pressed in any part of it undoes */}
      <div className="redact" ref={frame} onKeyDown={undo}>
        <p>
          {words.t('redact.says')}
          {candidate.media === 'application/pdf' && ` ${words.t('redact.pictures')}`}
        </p>
        <Found screened={screened} page={page} onPage={setPage} />
        {failure && <Failed {...failure} onLeaveOut={onLeaveOut} />}
        <Pages
          src={pictureOf(screened, page)}
          sheet={sheet}
          page={page}
          pages={pages}
          onPage={setPage}
          onLeaveOut={onLeaveOut}
          step={step}
        />
      </div>
    </Dialog>
  );
}

// useSteps takes steps while nothing is being made, and puts the focus on the box that
// is new, or that is left when one has gone.
function useSteps(sheet: Sheet, dispatch: (step: Step) => void, busy: boolean) {
  const frame = useRef<HTMLDivElement>(null);
  const before = useRef(sheet);
  useLayoutEffect(() => {
    const was = before.current;
    before.current = sheet;
    const find = (what: string) => frame.current?.querySelector<HTMLElement>(what);
    if (sheet.marks.length > was.marks.length && sheet.selected)
      find(`[data-mark="${sheet.selected}"]`)?.focus();
    if (sheet.marks.length < was.marks.length && !frame.current?.contains(document.activeElement))
      (find('.redact-body') ?? find('[data-adds]'))?.focus();
  }, [sheet]);
  return { frame, step: (step: Step) => !busy && dispatch(step) };
}

// Found says what the guard saw in the file, and where.
function Found({
  screened,
  page,
  onPage,
}: {
  screened: Screened;
  page: number;
  onPage: (page: number) => void;
}) {
  const words = useWords();
  const found = remarks(screened).filter((f) => f.part !== 'name');
  if (found.length === 0) return null;
  return (
    <div className="redact-found">
      <span>{words.t('redact.found')}</span>
      <ul>
        {found.map((f) => {
          const text = findingText(words, f);
          return (
            <li key={`${text} ${f.part} ${f.member}`}>
              {screened.pages > 1 && f.page > 0 ? (
                <Button
                  look="quiet"
                  small
                  aria-current={f.page === page ? 'true' : undefined}
                  onPress={() => onPage(f.page)}
                >
                  {text}
                </Button>
              ) : (
                <strong>{text}</strong>
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function Failed(props: { code: string; problem?: Problem; onLeaveOut: () => void }) {
  const { code, problem, onLeaveOut } = props;
  const words = useWords();
  const why = problem ? sentenceOf(words, problem) : words.error(code);
  const never = code === 'not-now';
  return (
    <Banner
      tone="red"
      live
      title={never ? words.t('redact.never') : words.t('redact.failed', { why })}
      acts={
        <Button small onPress={onLeaveOut}>
          {words.t('seen.leaveOut')}
        </Button>
      }
    >
      {never && <p>{words.t('redact.neverHow')}</p>}
    </Banner>
  );
}
