import { type ReactNode, useCallback, useRef, useState } from 'react';
import {
  files as calls,
  codeOf,
  type FileRules,
  type Invoice,
  type Problem,
  type StoredFile,
} from '../bridge';
import { FileCard, sentenceOf } from '../request';
import { type Key, useWords } from '../text';
import { Banner, Button, Icon, useToast } from '../ui';
import { ConfirmFiles } from './ConfirmFiles';
import { type Look, useDrops } from './drops';
import { choose, type Incoming, inBrowser, offer } from './incoming';

// Holder is what files are attached to: a draft, or a reply being written.
export interface Holder {
  stored: () => Promise<string>; // its id once it is on the disk, empty if it cannot be
  readFiles: () => Promise<void>; // shows the files that it has now
}

// useAttaching takes files from wherever they come while something is written that
// holds them: the dialog, a drop anywhere on the window, a paste.
export function useAttaching(holder: Holder, ready: boolean) {
  const [incoming, setIncoming] = useState<Incoming & { holder: string }>();
  const [looking, setLooking] = useState(false);
  const [failure, setFailure] = useState('');
  const [invoices, setInvoices] = useState<Invoice[]>([]); // among what was attached, not decided upon
  const [wanted, setWanted] = useState<Invoice>(); // of these, to be taken up at once
  const busy = useRef(false);

  const take = useCallback(
    async (look: Look) => {
      if (busy.current) return; // one pop-up at a time
      busy.current = true;
      setFailure('');
      setLooking(true);
      let found: (Incoming & { holder: string }) | undefined;
      try {
        const id = await holder.stored();
        if (id) found = { ...(await look(id)), holder: id };
      } catch (reason) {
        setFailure(codeOf(reason));
      }
      setLooking(false);
      if (found && found.candidates.length > 0) return setIncoming(found);
      busy.current = false;
      void holder.readFiles().catch(() => {}); // what nothing came of need not stay
    },
    [holder],
  );

  useDrops((look) => ready && void take(look));

  const done = useCallback(
    (found: Invoice[], taken?: Invoice) => {
      busy.current = false;
      setIncoming(undefined);
      setInvoices((i) => [...i, ...found]);
      setWanted(taken);
      void holder.readFiles().catch((reason) => setFailure(codeOf(reason)));
    },
    [holder],
  );

  return {
    holder,
    incoming,
    looking,
    failure,
    setFailure,
    take,
    done,
    invoices,
    setInvoices,
    wanted,
    setWanted,
  };
}

export type Attaching = ReturnType<typeof useAttaching>;

const DRAFT = { place: 'field.files', add: 'files.add', drop: 'files.drop' } as const;

// Attach is where files are added and taken away.
export function Attach({
  id,
  files,
  rules,
  problems,
  attaching,
  says = DRAFT,
  closed,
  apart,
  children,
}: {
  id: string; // of what holds them
  files: StoredFile[];
  rules: FileRules | undefined;
  problems: Problem[];
  attaching: Attaching;
  says?: Record<'place' | 'add' | 'drop', Key>;
  closed?: boolean; // nothing can be added now
  apart?: boolean; // Confirming stands elsewhere on the page
  children?: ReactNode;
}) {
  const { looking, take } = attaching;
  const words = useWords();
  const picker = useRef<HTMLInputElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const remove = useRemoval(id, attaching, () => button.current?.focus());

  const add = () => {
    if (inBrowser()) picker.current?.click();
    else void take((to) => choose(to, words.t('files.add')));
  };
  if (closed && files.length === 0) return null;
  return (
    <section className="attach" aria-label={words.t(says.place)}>
      {files.length > 0 && (
        <ul className="files" aria-label={words.t('files.list')}>
          {files.map((f) => (
            <FileCard
              key={f.id}
              file={f}
              acts={
                <Button
                  look="quiet"
                  small
                  icon
                  aria-label={words.t('files.remove', { name: f.name })}
                  onPress={() => void remove(f)}
                >
                  <Icon name="cross" />
                </Button>
              }
            />
          ))}
        </ul>
      )}
      {children}
      {!closed && (
        <div className="attach-add">
          <Button ref={button} id="field-files" onPress={add} busy={looking}>
            <Icon name="clip" />
            {words.t(looking ? 'files.looking' : says.add)}
          </Button>
          <span className="attach-drop">{words.t(says.drop)}</span>
          <input
            ref={picker}
            type="file"
            multiple
            hidden
            onChange={(event) => {
              const picked = [...(event.target.files ?? [])];
              event.target.value = '';
              if (picked.length > 0) void take((to) => offer(to, picked));
            }}
          />
          {rules && (
            <p className="attach-rules">
              {words.t('files.rules', {
                count: rules.maxCount,
                size: words.size(rules.maxBytes),
                list: rules.extensions.map((e) => e.toUpperCase()).join(', '),
              })}
            </p>
          )}
        </div>
      )}
      {problems.map((p) => (
        <p key={`${p.code} ${p.file ?? ''}`} className="field-error">
          {sentenceOf(words, p, '', false, files)}
        </p>
      ))}
      {!apart && <Confirming files={files} attaching={attaching} />}
    </section>
  );
}

// Confirming is the pop-up of files that have come, and what went wrong with them.
export function Confirming({
  files,
  attaching,
  offers,
  onDone,
}: {
  files: StoredFile[]; // that are attached already
  attaching: Attaching;
  offers?: boolean; // see ConfirmFiles
  onDone?: () => void;
}) {
  const words = useWords();
  const { incoming, failure, done } = attaching;
  return (
    <>
      {failure && <Banner tone="red" live title={words.t('files.failed', { why: words.error(failure) })} />}
      {incoming && (
        <ConfirmFiles
          draft={incoming.holder}
          known={files.map((f) => f.id)}
          incoming={incoming}
          offers={offers}
          onDone={(found, wanted) => {
            done(found, wanted);
            onDone?.();
          }}
        />
      )}
    </>
  );
}

// useRemoval takes a file away, and offers to bring it back.
function useRemoval(from: string, { holder, setFailure }: Attaching, removed: () => void) {
  const toast = useToast();
  const mark = async (call: () => Promise<unknown>): Promise<boolean> => {
    try {
      await call();
      await holder.readFiles();
      return true;
    } catch (reason) {
      setFailure(codeOf(reason));
      return false;
    }
  };
  return async (file: StoredFile) => {
    if (!(await mark(() => calls.remove(from, file.id)))) return;
    removed();
    toast((w) => w.t('files.removed', { name: file.name }), {
      undo: async () => ((await mark(() => calls.restore(from, file.id))) ? 'done' : 'later'),
    });
  };
}
