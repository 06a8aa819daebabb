import { type Act, type Item, requests, type StoredFile, useRead } from '../bridge';
import { titleOf } from '../request';
import { useWords, type Words } from '../text';
import { Progress as Bar, Status } from '../ui';
import { type Part, type Progress, partsOf } from './progress';
import { useUpload } from './uploads';

// Sending shows how far the files of a request are while they travel: all of
// them, or only the one that moves where there is little room.
export function Sending({ item, compact }: { item: Item; compact?: boolean }) {
  const moving = useUpload(item);
  if (item.status !== 'sending' || item.files === 0 || !moving) return null;
  return <Named item={item} moving={moving} compact={compact} />;
}

// SendingReply shows how far the files of a reply to that request are.
export function SendingReply({ act, item }: { act: Act; item: Item }) {
  const moving = useUpload(act);
  const words = useWords();
  if (act.status !== 'sending' || act.files.length === 0 || !moving) return null;
  return <Files title={titleOf(words, item)} files={act.files} moving={moving} />;
}

type Moving = ReadonlyMap<string, Progress>;

function Named({ item, ...props }: { item: Item; moving: Moving; compact?: boolean }) {
  const words = useWords();
  // The names and sizes of the files, which no list carries; they do not change.
  const { data: request } = useRead(() => requests.open(item.id), []);
  return request ? <Files title={titleOf(words, item)} files={request.files} {...props} /> : null;
}

function Files({
  title,
  files,
  moving,
  compact,
}: {
  title: string;
  files: StoredFile[];
  moving: Moving;
  compact?: boolean;
}) {
  const words = useWords();
  const { parts, share } = partsOf(files, moving);
  const rows = files
    .map((file, i): [StoredFile, Part] => [file, parts[i] ?? { state: 'next' }])
    .filter(([, part]) => !compact || part.state === 'moving');
  // What is said aloud changes in quarters, or nobody could work meanwhile.
  const quarter = words.percent(Math.floor(share * 4) / 4);
  return (
    <div className="sending">
      <p className="sending-all figures">
        {words.t('progress.files', { count: files.length, percent: words.percent(whole(share)) })}
      </p>
      <ul className="sending-files">
        {rows.map(([file, part]) => (
          <li key={file.id}>
            <FileBar file={file} part={part} />
          </li>
        ))}
      </ul>
      <Status className="sr">{words.t('progress.spoken', { title, percent: quarter })}</Status>
    </div>
  );
}

function FileBar({ file, part }: { file: StoredFile; part: Part }) {
  const words = useWords();
  const { state, progress } = part;
  if (!progress)
    return (
      <p className="sending-still">
        <span className="sending-name">{file.name}</span>
        <span>{words.t(state === 'done' ? 'progress.done' : 'progress.next')}</span>
      </p>
    );
  const { done, total } = progress;
  return (
    <Bar
      label={file.name}
      done={total > 0 ? done : 1}
      total={total}
      text={saidOf(words, progress).join(', ')}
    />
  );
}

// saidOf is what is told beside the bar of a file.
export function saidOf(words: Words, p: Progress): string[] {
  const percent = words.percent(whole(p.share));
  if (p.state === 'checking') return [percent, words.t('progress.checking')];
  if (p.state === 'paused') return [percent, words.t('progress.paused')];
  const parts = [
    p.resumed === undefined
      ? percent
      : words.t('progress.resumed', { percent: words.percent(whole(p.resumed)) }),
  ];
  if (p.speed !== undefined) parts.push(words.rate(rounded(p.speed)));
  if (p.left !== undefined) parts.push(leftOf(words, p.left));
  return parts;
}

// whole is a share in whole hundredths that says « 100 % » only at the end.
function whole(share: number): number {
  return Math.floor(share * 100) / 100;
}

// rounded keeps the two figures of a speed that matter, since the last ones
// change all the time.
function rounded(speed: number): number {
  if (speed < 1) return 0;
  const step = 10 ** Math.max(0, Math.floor(Math.log10(speed)) - 1);
  return Math.round(speed / step) * step;
}

// leftOf says how long it still takes, in steps that grow with the time.
function leftOf(words: Words, seconds: number): string {
  if (seconds < 10) return words.t('progress.soon');
  const step = seconds < 60 ? 10 : 60;
  return words.t('progress.left', { span: words.span(Math.ceil(seconds / step) * step) });
}
