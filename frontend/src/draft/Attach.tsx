import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import {
  files as calls,
  codeOf,
  type FileRules,
  type Invoice,
  onPathsDropped,
  type Problem,
  type StoredFile,
} from '../bridge';
import { FileCard, sentenceOf } from '../request';
import { type Key, useWords } from '../text';
import { Banner, Button, Icon, useToast } from '../ui';
import { ConfirmFiles } from './ConfirmFiles';
import { choose, type Incoming, inBrowser, lookAtPaths, offer, pastedFiles } from './incoming';

// Holder is what files are attached to: a draft, or a reply being written.
export interface Holder {
  stored: () => Promise<string>; // its id once it is on the disk, empty if it cannot be
  readFiles: () => Promise<void>; // shows the files that it has now
}

type Look = (holder: string) => Promise<Incoming>;

// useAttaching takes files from wherever they come while something is written that
// holds them: the dialog, a drop anywhere on the window, a paste.
export function useAttaching(holder: Holder, ready: boolean) {
  const [incoming, setIncoming] = useState<Incoming & { holder: string }>();
  const [looking, setLooking] = useState(false);
  const [failure, setFailure] = useState('');
  const [invoices, setInvoices] = useState<Invoice[]>([]); // among what was attached, not decided upon
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

  useEffect(() => {
    if (!ready) return;
    const onPaste = (event: ClipboardEvent) => {
      const pasted = pastedFiles(event.clipboardData);
      if (pasted.length === 0) return;
      event.preventDefault();
      void take((id) => offer(id, pasted));
    };
    const onDrop = (event: DragEvent) => {
      const dropped = event.dataTransfer ? [...event.dataTransfer.files] : [];
      if (dropped.length > 0) void take((id) => offer(id, dropped));
    };
    document.addEventListener('paste', onPaste);
    const browser = inBrowser();
    if (browser) window.addEventListener('drop', onDrop);
    const stopPaths = browser
      ? undefined
      : onPathsDropped((paths) => paths.length > 0 && void take((id) => lookAtPaths(id, paths)));
    return () => {
      document.removeEventListener('paste', onPaste);
      window.removeEventListener('drop', onDrop);
      stopPaths?.();
    };
  }, [ready, take]);

  const done = useCallback(
    (found: Invoice[]) => {
      busy.current = false;
      setIncoming(undefined);
      setInvoices((i) => [...i, ...found]);
      void holder.readFiles().catch((reason) => setFailure(codeOf(reason)));
    },
    [holder],
  );

  return { holder, incoming, looking, failure, setFailure, take, done, invoices, setInvoices };
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
  children,
}: {
  id: string; // of what holds them
  files: StoredFile[];
  rules: FileRules | undefined;
  problems: Problem[];
  attaching: Attaching;
  says?: Record<'place' | 'add' | 'drop', Key>;
  closed?: boolean; // nothing can be added now
  children?: ReactNode;
}) {
  const { incoming, looking, failure, take, done } = attaching;
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
      {failure && <Banner tone="red" live title={words.t('files.failed', { why: words.error(failure) })} />}
      {incoming && (
        <ConfirmFiles
          draft={incoming.holder}
          known={files.map((f) => f.id)}
          incoming={incoming}
          onDone={done}
        />
      )}
    </section>
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
      label: (w) => w.t('files.undo'),
      run: () => void mark(() => calls.restore(from, file.id)),
    });
  };
}
