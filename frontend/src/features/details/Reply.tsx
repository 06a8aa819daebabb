import { useState } from 'react';
import {
  actWaits,
  isBlank,
  MAX_REPLY,
  mayReply,
  type Offered,
  type ReplyEditor,
  type ReplyState,
  type Thrown,
  unsavedReply,
  waitingMove,
  whyRefused,
} from '../../acts';
import type { Request } from '../../bridge';
import { focusField } from '../../draft';
import { FileReminder, TextFindings, useFileReminder, useTextGuard } from '../../guard';
import { sentenceOf } from '../../request';
import { type Key, useWords, type Words } from '../../text';
import { afterPress, Banner, Button, Status, TextField, type Undone, useCommands, useToast } from '../../ui';
import { erasedAt } from './erased';
import { ReplyFiles } from './ReplyFiles';

const TELL_LEFT = 0.8; // of the longest reply, from which on the rest is counted

// counterOf tells how many characters are left, near the end of them.
export function counterOf(words: Words, text: string, most: number) {
  const left = most - [...text.trim()].length;
  if (left > most * (1 - TELL_LEFT)) return undefined;
  return { text: words.t(left < 0 ? 'field.over' : 'field.left', { count: Math.abs(left) }), over: left < 0 };
}

export function tooLong(words: Words, text: string, most: number, files = false): string {
  const actual = [...text.trim()].length;
  if (actual <= most) return '';
  const code = files ? 'too-long-text' : 'too-long'; // where files can be added, one helps
  return words.coded('problem', code, 'problem.other', { max: most, actual, min: 0 });
}

interface Props {
  request: Request;
  editor: ReplyEditor;
  state: ReplyState;
  offered: Offered[];
  asking: boolean; // a dialog is open
  shown: () => Promise<unknown>;
  onRestore: (thrown: Thrown) => Promise<Undone>;
  onReopen: () => void;
  onDuplicate: () => void;
}

// Reply is where the person writes on: the text is kept as it is typed, with its files. Where no
// reply would be taken it says why, and keeps what was written.
export function Reply(props: Props) {
  const { request, editor, state } = props;
  const words = useWords();
  const can = mayReply(request.allowed, request.acts);
  if (!can && isBlank(state)) return <NoReply {...props} />;
  return (
    <div className="reply">
      {state.reason && !state.sending && (
        <Banner tone="red" title={whyRefused(words, { kind: 'reply', reason: state.reason })} />
      )}
      {!can && <NoReply {...props} kept={state.reason ? 'told' : 'untold'} />}
      <Editor {...props} can={can} key={editor.request} />
    </div>
  );
}

function Editor({ request, editor, state, shown, asking, can, onRestore }: Props & { can: boolean }) {
  const words = useWords();
  const toast = useToast();
  const [blank, setBlank] = useState(false);
  const [sent, setSent] = useState(''); // id of the reply
  const asked = request.item.portalStatus === 'waiting';
  const long = tooLong(words, state.text, MAX_REPLY, true);
  const [refused, setRefused] = useState(''); // text that the guard kept back
  const guard = useTextGuard(
    { id: state.id, stored: () => editor.stored(), answered: () => setRefused('') },
    { text: state.text },
  );
  const reminder = useFileReminder(state.id, [state.text], state.files.length);
  const found = refused !== '' && refused === state.text && state.problems.find((p) => p.field === 'text');
  const failure = found ? sentenceOf(words, found) : state.failure && words.error(state.failure);
  const send = async () => {
    const { id } = state;
    if ((await editor.send(shown)) === '') return setSent(id);
    guard.look();
    if (!editor.snapshot().problems.some((p) => p.field === 'text')) return;
    setRefused(state.text);
    focusField('text');
  };
  const ask = () => {
    if (state.text.trim() === '') return setBlank(true);
    if (long) return;
    if (reminder.due()) reminder.show();
    else void send();
  };
  const type = (text: string) => {
    setBlank(false);
    setSent('');
    editor.type(text);
  };
  const leave = () => {
    void editor.flush();
    guard.look();
  };
  const discard = async () => {
    const { files } = state;
    const thrown = await editor.discard(shown);
    if (!thrown || (thrown.text.trim() === '' && files.length === 0)) return;
    toast((w) => w.t('acts.discarded'), {
      undo: () => onRestore(thrown),
    });
  };
  useCommands(
    can && !isBlank(state) && !state.sending
      ? [{ id: 'go-on', label: words.t('acts.send'), keys: 'mod+enter', run: ask, page: true }]
      : [],
  );
  const told = isBlank(state) ? whereReplyIs(request, sent) : undefined;
  return (
    <>
      <div>
        <TextField
          id="field-text"
          lines
          label={words.t(asked ? 'acts.complete' : 'acts.answer')}
          hint={asked ? words.t('acts.completeHint') : undefined}
          value={state.text}
          error={long || (blank ? words.t('acts.blank') : '') || failure}
          counter={counterOf(words, state.text, MAX_REPLY)}
          onChange={type}
          onBlur={() => afterPress(leave)}
        />
        <TextFindings
          guard={guard}
          field="text"
          id="field-text"
          read={() => editor.snapshot().text}
          change={type}
        />
      </div>
      <ReplyFiles editor={editor} state={state} rules={request.rules} closed={!can} ready={!asking} />
      <FileReminder
        reminder={reminder}
        onSend={() => {
          focusField('text');
          void send();
        }}
      />
      <div className="reply-foot">
        <div className="row-line">
          <Status>{told ? words.t(told) : notSaved(state) && words.t('status.notSaved')}</Status>
          {!isBlank(state) && !unsavedReply(state) && state.savedAt && (
            <p>{words.t('status.saved', { time: words.time(state.savedAt) })}</p>
          )}
        </div>
        <span className="reply-acts">
          {!isBlank(state) && (
            <Button look="quiet" busy={state.sending} onPress={() => void discard()}>
              {words.t('acts.discard')}
            </Button>
          )}
          {can && (
            <Button look="go" busy={state.sending} shortcut={words.shortcut('mod+enter')} onPress={ask}>
              {words.t('draft.send')}
            </Button>
          )}
        </span>
      </div>
    </>
  );
}

// whereReplyIs tells of the reply that was sent last, and nothing that is not known.
function whereReplyIs(request: Request, id: string): Key | undefined {
  if (request.messages.some((m) => m.id === id)) return 'acts.replyArrived';
  const going = request.acts.find((a) => a.id === id && actWaits(a));
  if (!going) return undefined;
  return going.status === 'sending' ? 'acts.replyOnItsWay' : 'acts.replyWaits';
}

const notSaved = (state: ReplyState) => !isBlank(state) && Boolean(state.failure) && unsavedReply(state);

// NoReply says why no reply is taken, and what to do instead. What nobody would look
// for is not told.
function NoReply({ request, offered, onReopen, onDuplicate, kept }: Props & { kept?: 'told' | 'untold' }) {
  const words = useWords();
  const { item } = request;
  const move = waitingMove(request.acts);
  if (erasedAt(request))
    return (
      <p>
        {[words.t('acts.noReply.erased'), kept === 'untold' && words.t('acts.noReply.kept')]
          .filter(Boolean)
          .join(' ')}
      </p>
    );
  const over = item.portalStatus === 'closed' || item.portalStatus === 'withdrawn';
  if (!move && !over) return kept ? <p>{words.t('acts.noReply.other')}</p> : null;
  const reopen = !move && offered.some((o) => o.kind === 'reopen' && !o.waits);
  const why = move
    ? words.t('acts.noReply.waits', { kind: move.kind })
    : words.t(`acts.noReply.${item.portalStatus}` as Key);
  const then = !move && words.t(reopen ? 'acts.noReply.reopen' : 'acts.noReply.duplicate');
  return (
    <div className="reply-none">
      <p>{[why, kept === 'untold' && words.t('acts.noReply.kept'), then].filter(Boolean).join(' ')}</p>
      {!move && (
        <Button small onPress={reopen ? onReopen : onDuplicate}>
          {words.t(reopen ? 'acts.label.reopen' : 'acts.duplicate')}
        </Button>
      )}
    </div>
  );
}
