import { act } from 'react';
import { expect, test } from 'vitest';
import type { useIncoming } from '../draft';
import { Editor } from '../draft/editor';
import { asWork, content, draft, FakeStore } from '../draft/testing';
import { Assistant } from '../features/assistant/Assistant';
import { RequestForm } from '../features/form/RequestForm';
import { type Language, Speak } from '../text';
import { Words } from '../text/words';
import { Toasts } from '../ui';
import { stage } from '../ui/testing';

// Both views of a draft tell that « Envoyer » is being done.

const root = stage();

const incoming = {} as ReturnType<typeof useIncoming>;

async function show(View: typeof RequestForm, sending: boolean, lang: Language): Promise<void> {
  const store = new FakeStore();
  store.disk.set('d1', draft({ content: content({ step: 'type' }) }));
  const editor = new Editor(store);
  await editor.open('d1');
  await act(async () =>
    root.render(
      <Speak lang={lang}>
        <Toasts words={new Words(lang)} close="Fermer" place="/draft/d1">
          <View
            editor={editor}
            work={asWork(editor.snapshot())}
            incoming={incoming}
            sending={sending}
            onPreview={() => {}}
            onSend={() => {}}
          />
        </Toasts>
      </Speak>,
    ),
  );
}
test('a step of the Assistant begins at its top, wherever the one before was scrolled to', async () => {
  const store = new FakeStore();
  store.disk.set('d1', draft({ content: content({ step: 'type' }) }));
  const editor = new Editor(store);
  await editor.open('d1');
  const view = () =>
    act(async () =>
      root.render(
        <Speak lang="fr">
          <main>
            <Assistant
              editor={editor}
              work={asWork(editor.snapshot())}
              incoming={incoming}
              sending={false}
              onPreview={() => {}}
              onSend={() => {}}
            />
          </main>
        </Speak>,
      ),
    );
  await view();
  const main = document.querySelector('main') as HTMLElement;
  main.scrollTop = 61;
  editor.change({ kind: 'step', value: 'category' });
  await view();
  expect(document.activeElement).toBe(main.querySelector('h2'));
  expect(main.scrollTop).toBe(0);
});

const told = () => document.querySelector('.draft-foot [role=status]')?.textContent;

test.each([
  ['the form', RequestForm, 'fr', 'Enregistrement de la demande…'],
  ['the form', RequestForm, 'en', 'Saving the request…'],
  ['the Assistant', Assistant, 'fr', 'Enregistrement de la demande…'],
  ['the Assistant', Assistant, 'en', 'Saving the request…'],
] as const)('%s has a place where that is said', async (_view, View, lang, sentence) => {
  await show(View, false, lang);
  expect(told()).toBe('');
  await show(View, true, lang);
  expect(told()).toBe(sentence);
});
