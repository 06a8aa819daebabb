import { act, useRef, useState } from 'react';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { CallError, guard as calls } from '../bridge';
import { type Language, Speak } from '../text';
import { Words } from '../text/words';
import { TextField, Toasts } from '../ui';
import { stage } from '../ui/testing';
import { FileReminder, TextFindings, useFileReminder, useTextGuard } from '.';
import { findIn } from './testing';

const root = stage();
let answered: string[];
let heard: string; // what stands in the field
let type: (text: string) => void;
let sent: number;
let told: number; // times that something was said of it

const plain = (s = '') => s.replace(/[\u202f\u00a0]/g, ' ');
const lines = () => [...document.querySelectorAll('.guard-line')].map((l) => plain(l.textContent ?? ''));
const voice = () => plain(document.querySelector('[role=status]')?.textContent ?? '');
const box = () => document.querySelector('textarea') as HTMLTextAreaElement;
const wait = () => act(async () => new Promise((done) => setTimeout(done, 320)));
async function press(name: string): Promise<void> {
  const found = [...document.querySelectorAll('button')].find((b) => plain(b.textContent ?? '') === name);
  if (!found) throw new Error(`no button ${name}`);
  await act(async () => found.click());
}

function Page() {
  const [text, setText] = useState('');
  const now = useRef('');
  type = (t) => {
    now.current = t;
    setText(t);
  };
  heard = text;
  const guard = useTextGuard(
    {
      id: 'd1',
      stored: async () => 'd1',
      answered: () => {
        told++;
      },
    },
    { description: text },
  );
  return (
    <>
      <TextField lines id="field-description" label="Description" value={text} onChange={type} />
      <TextFindings
        guard={guard}
        field="description"
        id="field-description"
        read={() => now.current}
        change={type}
      />
    </>
  );
}

function Send({ page, text, files }: { page: string; text: string; files: number }) {
  const reminder = useFileReminder(page, [text], files);
  return (
    <>
      <FileReminder reminder={reminder} onSend={() => sent++} />
      <button type="button" onClick={() => (reminder.due() ? reminder.show() : sent++)}>
        Envoyer
      </button>
    </>
  );
}

async function show(lang: Language = 'fr') {
  await act(async () =>
    root.render(
      <Speak lang={lang}>
        <Toasts words={new Words(lang)} close="Fermer" place="/">
          <Page />
        </Toasts>
      </Speak>,
    ),
  );
}

async function write(text: string) {
  await act(async () => type(text));
  await wait();
}

beforeEach(() => {
  answered = [];
  told = 0;
  vi.spyOn(calls, 'texts').mockImplementation(async (_item, texts) => findIn(texts, answered));
  vi.spyOn(calls, 'answer').mockImplementation(async (_item, text, f) => {
    answered.push(text.slice(f.start, f.end));
  });
});

describe('what is found in a text', () => {
  test('stands below it with its line and the ways on, and is told once', async () => {
    await show();
    expect(lines()).toEqual([]);
    await write('Bonjour 👋\n\nil s’agit de N12 34');
    expect(lines()).toEqual(['Numéro de sécurité sociale ••• 1234, ligne 3VoirMasquerCe n’en est pas un…']);
    expect(voice()).toBe('Numéro de sécurité sociale ••• 1234, ligne 3');
    expect(document.activeElement).toBe(document.body);
  });

  test('has no line number in a text of one line', async () => {
    await show('en');
    await write('N12 34');
    expect(lines()).toEqual(['Social security number ••• 1234ShowMaskThis is not one…']);
  });

  test('of a bank account warns of the fraud, and asks for nothing', async () => {
    await show();
    await write('FR76 1234');
    expect(lines()[0]).toContain('Les faux changements de compte sont une fraude courante');
    expect(lines()[0]).toMatch(/VoirMasquer$/);
  });

  test('of a medical document cannot be masked', async () => {
    await show();
    await write('ORDONNANCE');
    expect(lines()).toEqual(['Cela ressemble à un document médicalVoirCe n’en est pas un…']);
  });

  test('is not told when the program does not answer', async () => {
    vi.mocked(calls.texts).mockRejectedValue(new CallError('timeout'));
    await show();
    await write('N12');
    expect(lines()).toEqual([]);
  });
});

test('« Voir » selects it where it stands now', async () => {
  await show();
  await write('n° N12 34, merci');
  await act(async () => type('Éric 👋 n° N12 34, merci')); // no answer about this text yet
  await press('Voir');
  expect(document.activeElement).toBe(box());
  expect(box().value.slice(box().selectionStart, box().selectionEnd)).toBe('N12 34');
});

describe('« Masquer »', () => {
  test('hides the number alone, and can be undone', async () => {
    await show();
    await write('Éléonore 👩‍⚕️ : N12 34, reçu');
    await press('Masquer');
    expect(heard).toBe('Éléonore 👩‍⚕️ : ••• 34, reçu');
    expect(lines()).toEqual([]);
    await press('Annuler');
    expect(heard).toBe('Éléonore 👩‍⚕️ : N12 34, reçu');
  });

  test('brings the focus to the next one, and from the last one to the text', async () => {
    await show();
    await write('n° N12 34, puis N56 78');
    await press('Masquer');
    expect(lines()).toHaveLength(1);
    expect(plain(document.activeElement?.textContent ?? '')).toBe('Masquer');
    await press('Masquer');
    expect(heard).toBe('n° ••• 34, puis ••• 78');
    expect(document.activeElement).toBe(box());
  });

  test('undone later it keeps what was typed since', async () => {
    await show();
    await write('n° N12 34');
    await press('Masquer');
    await act(async () => type('Voici le n° ••• 34 demandé'));
    await press('Annuler');
    expect(heard).toBe('Voici le n° N12 34 demandé');
  });

  test('undone when it was deleted does nothing', async () => {
    await show();
    await write('n° N12 34');
    await press('Masquer');
    await act(async () => type('rien'));
    await press('Annuler');
    expect(heard).toBe('rien');
  });
});

describe('« Ce n’en est pas un… »', () => {
  const dialog = () => document.querySelector('[role=dialog]');
  async function say(reason: string) {
    const field = dialog()?.querySelector('textarea');
    await act(async () => {
      Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value')?.set?.call(field, reason);
      field?.dispatchEvent(new Event('input', { bubbles: true }));
    });
  }

  test('wants to know what it is, keeps it, and says so from then on', async () => {
    await show();
    await write('n° N12 34');
    await press('Ce n’en est pas un…');
    await press('Confirmer');
    expect(calls.answer).not.toHaveBeenCalled();
    expect(dialog()?.textContent).toContain('Dites de quoi il s’agit');
    await say(' numéro de série ');
    await press('Confirmer');
    expect(vi.mocked(calls.answer).mock.calls).toEqual([
      ['d1', 'n° N12 34', findIn({ description: 'n° N12 34' })[0], 'numéro de série'],
    ]);
    expect(dialog()).toBeNull();
    expect(lines()).toEqual(['Vous avez indiqué que ••• 1234 n’est pas un numéro de sécurité sociale']);
    expect(told).toBe(1);
    expect(document.activeElement).toBe(box());
  });

  test('says why it could not be kept, and keeps the reason', async () => {
    vi.mocked(calls.answer).mockRejectedValueOnce(new CallError('disk-full'));
    await show();
    await write('n° N12 34');
    await press('Ce n’en est pas un…');
    await say('numéro de série');
    await press('Confirmer');
    expect(dialog()?.textContent).toContain('Le disque de ce poste est plein.');
    await press('Confirmer');
    expect(dialog()).toBeNull();
  });
});

describe('the reminder of a file', () => {
  const put = (text: string, files = 0, page = 'd1') =>
    act(async () =>
      root.render(
        <Speak lang="fr">
          <Send page={page} text={text} files={files} />
        </Speak>,
      ),
    );
  const reminded = () => document.querySelector('[role=alert]') !== null;

  test('comes once something is to be sent, and lets it leave', async () => {
    sent = 0;
    await put('Voir la pièce jointe.');
    expect(reminded()).toBe(false);
    await press('Envoyer');
    await press('Envoyer');
    expect([reminded(), sent]).toEqual([true, 0]);
    await press('Envoyer sans fichier');
    expect([reminded(), sent]).toEqual([false, 1]);
  });

  test('« Joindre un fichier » leaves the focus on the button that stays', async () => {
    const files = document.body.appendChild(document.createElement('button'));
    files.id = 'field-files';
    await put('Voir la pièce jointe.');
    await press('Envoyer');
    await press('Joindre un fichier');
    expect(document.activeElement).toBe(files);
  });

  test('goes once a file is there, and does not come where none is spoken of', async () => {
    sent = 0;
    await put('Voir la pièce jointe.');
    await press('Envoyer');
    await put('Voir la pièce jointe.', 1);
    expect(reminded()).toBe(false);
    await put('Rien de tel');
    await press('Envoyer');
    expect(sent).toBe(1);
  });

  test.each([
    ['the text', 'Rien de tel', 0],
    ['the files', 'Voir la pièce jointe.', 1],
  ])('that went with %s comes back at « Envoyer » alone', async (_what, text, files) => {
    await put('Voir la pièce jointe.');
    await press('Envoyer');
    await put(text, files);
    await put('Voir la pièce jointe.');
    expect(reminded()).toBe(false);
    expect(document.activeElement).toBe(document.body);
    await press('Envoyer');
    expect(reminded()).toBe(true);
  });

  test('does not follow to another page', async () => {
    await put('Voir la pièce jointe.');
    await press('Envoyer');
    await put('Voir la pièce jointe.', 0, 'd2');
    await put('Voir la pièce jointe.');
    expect(reminded()).toBe(false);
  });
});
