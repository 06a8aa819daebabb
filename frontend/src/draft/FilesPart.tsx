import { useCallback, useEffect, useRef, useState } from 'react';
import { codeOf, type FileRules, files, onPathsDropped, type StoredFile } from '../bridge';
import { FileCard, sentenceOf } from '../request';
import { useWords } from '../text';
import { Banner, Button, Icon, useToast } from '../ui';
import { ConfirmFiles } from './ConfirmFiles';
import type { Editor } from './editor';
import { choose, type Incoming, inBrowser, lookAtPaths, offer, pastedFiles } from './incoming';
import { problemsShown } from './problems';
import type { Work } from './reducer';
import { Vouch } from './Vouch';

// useIncoming takes files from wherever they come while a draft is open: the
// dialog, a drop anywhere on the window, a paste.
export function useIncoming(editor: Editor, draft: string, ready: boolean) {
  const [incoming, setIncoming] = useState<Incoming>();
  const [looking, setLooking] = useState(false);
  const [failure, setFailure] = useState('');
  const busy = useRef(false);

  const take = useCallback(
    async (look: () => Promise<Incoming>) => {
      if (busy.current) return; // one pop-up at a time
      busy.current = true;
      setFailure('');
      setLooking(true);
      let found: Incoming | undefined;
      try {
        // Files hang on a draft that is on the disk.
        if (await editor.stored()) found = await look();
      } catch (reason) {
        setFailure(codeOf(reason));
      }
      setLooking(false);
      if (found && found.candidates.length > 0) setIncoming(found);
      else busy.current = false;
    },
    [editor],
  );

  useEffect(() => {
    if (!ready) return;
    const onPaste = (event: ClipboardEvent) => {
      const pasted = pastedFiles(event.clipboardData);
      if (pasted.length === 0) return;
      event.preventDefault();
      void take(() => offer(draft, pasted));
    };
    const onDrop = (event: DragEvent) => {
      const dropped = event.dataTransfer ? [...event.dataTransfer.files] : [];
      if (dropped.length > 0) void take(() => offer(draft, dropped));
    };
    document.addEventListener('paste', onPaste);
    const browser = inBrowser();
    if (browser) window.addEventListener('drop', onDrop);
    const stopPaths = browser
      ? undefined
      : onPathsDropped((paths) => paths.length > 0 && void take(() => lookAtPaths(draft, paths)));
    return () => {
      document.removeEventListener('paste', onPaste);
      window.removeEventListener('drop', onDrop);
      stopPaths?.();
    };
  }, [draft, ready, take]);

  const done = useCallback(() => {
    busy.current = false;
    setIncoming(undefined);
    void editor.readFiles().catch((reason) => setFailure(codeOf(reason)));
  }, [editor]);

  return { incoming, looking, failure, setFailure, take, done };
}

// FilesPart is the part of both roads where files are added and taken away.
export function FilesPart({
  editor,
  work,
  rules,
  incoming: { incoming, looking, failure, setFailure, take, done },
}: {
  editor: Editor;
  work: Work;
  rules: FileRules | undefined;
  incoming: ReturnType<typeof useIncoming>;
}) {
  const words = useWords();
  const toast = useToast();
  const picker = useRef<HTMLInputElement>(null);
  const button = useRef<HTMLButtonElement>(null);

  const add = () => {
    if (inBrowser()) picker.current?.click();
    else void take(() => choose(work.id, words.t('files.add')));
  };
  const fail = (reason: unknown) => setFailure(codeOf(reason));
  const restore = async (file: StoredFile) => {
    try {
      await files.restore(work.id, file.id);
      await editor.readFiles();
    } catch (reason) {
      fail(reason);
    }
  };
  const remove = async (file: StoredFile) => {
    try {
      await files.remove(work.id, file.id);
      await editor.readFiles();
      button.current?.focus();
      toast((w) => w.t('files.removed', { name: file.name }), {
        label: (w) => w.t('files.undo'),
        run: () => void restore(file),
      });
    } catch (reason) {
      fail(reason);
    }
  };

  const problems = problemsShown(work).filter((p) => p.field === 'files');
  return (
    <section className="attach" aria-label={words.t('field.files')}>
      {work.files.length > 0 && (
        <ul className="files" aria-label={words.t('files.list')}>
          {work.files.map((f) => (
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
      <Vouch editor={editor} work={work} />
      <div className="attach-add">
        <Button ref={button} id="field-files" onPress={add} busy={looking}>
          <Icon name="clip" />
          {words.t(looking ? 'files.looking' : 'files.add')}
        </Button>
        <span className="attach-drop">{words.t('files.drop')}</span>
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          onChange={(event) => {
            const picked = [...(event.target.files ?? [])];
            event.target.value = '';
            if (picked.length > 0) void take(() => offer(work.id, picked));
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
      {problems.map((p) => (
        <p key={p.code} className="field-error">
          {sentenceOf(words, p, '', false, work.files)}
        </p>
      ))}
      {failure && <Banner tone="red" live title={words.t('files.failed', { why: words.error(failure) })} />}
      {incoming && (
        <ConfirmFiles draft={work.id} known={work.files.map((f) => f.id)} incoming={incoming} onDone={done} />
      )}
    </section>
  );
}
