import { useState } from 'react';
import { useReply } from '../../acts';
import type { Act, Request } from '../../bridge';
import { titleOf } from '../../request';
import { useWords, type Words } from '../../text';
import { Button, Checkbox, Dialog, focusFault, TextField } from '../../ui';
import { counterOf, tooLong } from './Reply';

const MAX_REASON = 500; // characters
const NONE: Act[] = []; // the conversation beside has given the editor what is kept

// What can have been sent by mistake: the text of the request, or a file of it or of
// what was written on this side since.
const TEXT = 'text';

export function removable(request: Request): { id: string; name: string }[] {
  const own = request.messages.filter((m) => !m.support).flatMap((m) => m.files);
  return [...request.files, ...own].map(({ id, name }) => ({ id, name }));
}

// removalText is the reply that asks for it, for the person to look over.
export function removalText(words: Words, number: string, what: string[], reason: string): string {
  const list = what.map((name) => `- ${name}`).join('\n');
  return words.t('removal.reply', { number, list, reason });
}

// RemovalDialog asks what was sent by mistake and why, and begins a reply with that.
// Nothing is sent.
export function RemovalDialog({ request, onClose }: { request: Request; onClose: () => void }) {
  const words = useWords();
  const { item } = request;
  const { editor, state } = useReply(item.id, titleOf(words, item), NONE);
  const files = removable(request);
  const [chosen, setChosen] = useState<string[]>(files.length === 1 ? files.map((f) => f.id) : []);
  const [reason, setReason] = useState('');
  const [asked, setAsked] = useState(false);
  const long = tooLong(words, reason, MAX_REASON);
  const choose = (id: string, on: boolean) =>
    setChosen((before) => (on ? [...before, id] : before.filter((c) => c !== id)));
  const begin = () => {
    if (chosen.length === 0) {
      setAsked(true);
      return document.querySelector<HTMLElement>('.removal-what input')?.focus();
    }
    if (reason.trim() === '') setAsked(true);
    if (reason.trim() === '' || long) return focusFault();
    const what = files.filter((f) => chosen.includes(f.id)).map((f) => f.name);
    if (chosen.includes(TEXT)) what.push(words.t('removal.text'));
    const text = removalText(words, item.number, what, reason.trim());
    editor.type(state.text.trim() ? `${state.text.trimEnd()}\n\n${text}` : text);
    onClose();
    requestAnimationFrame(() => document.querySelector<HTMLElement>('.reply textarea')?.focus());
  };
  return (
    <Dialog
      title={words.t('removal.title')}
      onClose={onClose}
      foot={
        <>
          <Button onPress={onClose}>{words.t('acts.cancel')}</Button>
          <Button look="go" onPress={begin}>
            {words.t('removal.go')}
          </Button>
        </>
      }
    >
      <div className="reason">
        <p>{words.t('removal.what')}</p>
        <fieldset className="removal-what" aria-label={words.t('removal.which')}>
          {[...files, { id: TEXT, name: words.t('removal.textOption') }].map((f) => (
            <Checkbox key={f.id} checked={chosen.includes(f.id)} onChange={(on) => choose(f.id, on)}>
              {f.name}
            </Checkbox>
          ))}
        </fieldset>
        <p role="alert" className="field-error-line">
          {asked && chosen.length === 0 && words.t('removal.chooseFirst')}
        </p>
        <TextField
          lines
          required
          label={words.t('acts.reason')}
          hint={words.t('removal.reasonHint')}
          value={reason}
          counter={counterOf(words, reason, MAX_REASON)}
          error={long || (asked && reason.trim() === '' ? words.t('acts.reasonBlank') : '')}
          onChange={setReason}
        />
      </div>
    </Dialog>
  );
}
