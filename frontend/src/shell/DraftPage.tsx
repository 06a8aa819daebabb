import { useEffect, useState } from 'react';
import { Link, useLocation } from 'wouter';
import {
  ALL,
  Confirming,
  forget,
  isWork,
  Notices,
  Preview,
  SendAsOwn,
  stepOf,
  useEditor,
  useIncoming,
  wantsNumber,
} from '../draft';
import { Assistant } from '../features/assistant/Assistant';
import { RequestForm } from '../features/form/RequestForm';
import { FileReminder, useFileReminder } from '../guard';
import { refusalOf } from '../outbox';
import { Empty } from '../request';
import { useWords } from '../text';
import { Banner, Button, buttonClass, useToast } from '../ui';
import { ask, GiveDraft } from '../who';

// DraftPage is a draft by the road that it is on: the Assistant or the form.
export function DraftPage({ id }: { id: string }) {
  const words = useWords();
  const toast = useToast();
  const [, go] = useLocation();
  const { editor, state } = useEditor(id);
  const [preview, setPreview] = useState(false);
  const [taking, setTaking] = useState(false);
  const editing = state.kind === 'editing';
  const incoming = useIncoming(editor, id, editing && !preview);
  const said = isWork(state) ? state.view.fields.map((f) => state.content.values[f.key] ?? '') : [];
  // A step is a page of its own: most have no place for files.
  const page = isWork(state) ? `${id} ${state.content.road} ${stepOf(state)}` : id;
  const reminder = useFileReminder(page, said, isWork(state) ? state.files.length : 0);

  const submitted = state.kind === 'submitted';
  useEffect(() => {
    if (!submitted) return;
    forget(id);
    go(`/sent/${id}`, { replace: true });
  }, [submitted, id, go]);

  if (state.kind === 'loading') return null;
  if (state.kind === 'failed') {
    const gone = state.code === 'not-found';
    return (
      <Empty
        page
        title={gone ? words.t('draft.gone') : words.t('error.title')}
        hint={gone ? words.t('draft.goneHint') : words.error(state.code)}
      >
        {!gone && <Button onPress={() => void editor.open(id)}>{words.t('error.retry')}</Button>}
        <Link href="/requests" className={buttonClass()}>
          {words.t('list.requests')}
        </Link>
      </Empty>
    );
  }
  if (!isWork(state)) return null;

  const openPreview = async () => {
    await editor.flush();
    setPreview(true);
  };
  // Nothing that the PC owns leaves in somebody's name unasked.
  const askWhose = async () => {
    if (await editor.check(ALL)) setTaking(true);
  };
  const send = () => void (state.shared ? askWhose() : editor.submit());
  const remind = async () => {
    if (await editor.check(ALL)) reminder.show();
  };
  // What has never been stored, and what is the PC's, is nobody's to hand over.
  const mine = !state.shared && state.sync.revision > 0;
  const item = { id, draft: true, practice: state.view.practice };
  const title = state.content.values.subject?.trim() || words.t('item.untitled');
  const shared = {
    acts: mine && <GiveDraft item={item} title={title} />,
    editor,
    work: state,
    incoming,
    sending: state.kind === 'submitting',
    onPreview: () => void openPreview(),
    onSend: () => (reminder.due() ? void remind() : send()),
    reminder: <FileReminder reminder={reminder} onSend={send} />,
  };
  // At a step without files nobody would see that some came.
  const joined = () => {
    const before = state.files.length;
    const unseen = state.content.road === 'assistant' && stepOf(state) !== 'files';
    void editor.readFiles().then(() => {
      const now = editor.snapshot();
      const count = isWork(now) ? now.files.length - before : 0;
      if (unseen && count > 0) toast((w) => w.t('files.joined', { count }));
    });
  };
  const signIn = state.view.problems.some((p) => p.code === 'sign-in') && state.checked.length > 0;
  const failure = state.kind === 'editing' && state.failure !== 'invalid' ? state.failure : '';
  return (
    <>
      <div className="notices">
        <Notices editor={editor} state={state} />
        {state.reason && <Refusal reason={state.reason} onGive={() => ask({ kind: 'give', item, title })} />}
        {signIn && (
          <Banner
            title={words.t('problem.sign-in')}
            acts={
              <Button small onPress={() => ask({ kind: 'sign-in', expected: '' })}>
                {words.t('person.signIn')}
              </Button>
            }
          />
        )}
        {failure && <Banner tone="red" live title={words.error(failure)} />}
        <Confirming
          files={state.files}
          attaching={incoming}
          offers={wantsNumber(state)}
          onDone={() => joined()}
        />
      </div>
      {state.content.road === 'form' ? <RequestForm {...shared} /> : <Assistant {...shared} />}
      {preview && <Preview work={state} onClose={() => setPreview(false)} />}
      {taking && <SendAsOwn onSend={() => void editor.submit()} onClose={() => setTaking(false)} />}
    </>
  );
}

// Refusal says why a request came back that has no field to blame.
function Refusal({ reason, onGive }: { reason: string; onGive: () => void }) {
  const words = useWords();
  const { why, remedy } = refusalOf(words, reason, true);
  const give = reason === 'forbidden' && (
    <Button small onPress={onGive}>
      {words.t('give.menu')}
    </Button>
  );
  return (
    <Banner tone="red" title={why} acts={give}>
      <p>{remedy}</p>
    </Banner>
  );
}
