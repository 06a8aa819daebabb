import type { Candidate, Problem } from '../bridge';
import { FileThumb, sentenceOf } from '../request';
import { useWords } from '../text';
import { Button, Icon } from '../ui';
import { Seen, type Ways } from './Seen';
import type { Look } from './screening';
import { pictureOf, sizeOf } from './seen';

// seenOf is the id of what the guard says of a file.
export const seenOf = (token: string) => `seen-${token}`;

// toggleOf is the id of the button that leaves it out.
export const toggleOf = (token: string) => `toggle-${token}`;

const THUMB = 160; // pixels

// CandidateRow is a file that may leave, with what the guard says of it.
export function CandidateRow({
  candidate,
  look,
  refusal,
  ways,
  out,
  onToggle,
}: {
  candidate: Candidate;
  look: Look;
  refusal?: Problem; // why it was not attached, though it may be
  ways: Ways;
  out: boolean;
  onToggle?: () => void;
}) {
  const words = useWords();
  const { name, media } = candidate;
  const image = media.startsWith('image/');
  const picture = ways.redact && look.phase === 'seen' ? pictureOf(look.screened, 1, THUMB) : undefined;
  return (
    <li className={out ? 'file candidate out' : 'file candidate'}>
      <FileThumb src={picture} media={media} />
      <span className="file-text">
        <span className="file-name">{name}</span>
        <span className="file-size">
          {out ? words.t('popup.leftOut') : words.size(sizeOf(candidate, look))}
        </span>
      </span>
      {ways.redact && !out && (
        <Button
          look="quiet"
          small
          disabled={ways.busy}
          aria-label={words.t(image ? 'seen.imageOf' : 'seen.pagesOf', { name })}
          onPress={() => ways.redact?.(1)}
        >
          {words.t(image ? 'seen.image' : 'seen.pages')}
        </Button>
      )}
      {onToggle && (
        <Button
          look="quiet"
          small
          icon
          id={toggleOf(candidate.token)}
          aria-label={words.t(out ? 'popup.keep' : 'popup.leaveOut', { name })}
          onPress={onToggle}
        >
          <Icon name={out ? 'plus' : 'cross'} />
        </Button>
      )}
      {!out && (
        <section
          className="candidate-seen"
          id={seenOf(candidate.token)}
          tabIndex={-1}
          aria-label={words.t('seen.of', { name })}
        >
          {refusal && <p className="field-error">{sentenceOf(words, refusal)}</p>}
          <Seen look={look} ways={ways} />
        </section>
      )}
    </li>
  );
}

// RefusedFiles are those that cannot, and why.
export function RefusedFiles({ candidates, titled }: { candidates: Candidate[]; titled: boolean }) {
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
