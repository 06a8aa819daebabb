import { act } from 'react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CallError, type Person, reads } from '../bridge';
import { program, programEvents, refuse } from '../bridge/testing';
import { flushAll, forget, useEditor } from '../draft';
import { isWork } from '../draft/reducer';
import { draft, FakeStore } from '../draft/testing';
import { stage } from '../ui/testing';
import { type Asked, ask, useAsked } from './ask';
import { changePerson, followArrivals } from './change';
import { claire, known, marc, methods, nobody } from './testing';

// What is left of somebody when another person comes to the desk, by whatever
// way: nothing on the screen, and everything of what they typed.

const root = stage();
const tell = programEvents();
const now: { person: Person; people: ReturnType<typeof known>[] } = { person: claire, people: [] };

// Each person has what they wrote; '' is the PC.
let stores: Record<string, FakeStore>;
const store = (of: Person = now.person) => stores[of.id] as FakeStore;
let readFault = '';
let stop: () => void;
let asked: Asked | undefined;
let editor: ReturnType<typeof useEditor>['editor'];
let shown: string;

function Page({ id }: { id: string }) {
  asked = useAsked();
  const e = useEditor(id);
  editor = e.editor;
  shown = isWork(e.state) ? (e.state.content.values.subject ?? '') : e.state.kind;
  return null;
}

const show = (id = 'd1') =>
  act(async () => root.render(<Page key={`${reads.person.snapshot().data?.id} ${id}`} id={id} />));
const type = (value: string) => act(async () => editor.change({ kind: 'value', field: 'subject', value }));
const arrive = (person: Person) =>
  act(async () => {
    now.person = person;
    tell('session');
    await reads.person.refresh();
  });

beforeEach(async () => {
  now.person = claire;
  now.people = [known(claire), known(marc)];
  stores = { claire: new FakeStore(), marc: new FakeStore(), '': new FakeStore() };
  stores.claire?.disk.set('d1', draft());
  readFault = '';
  const list = () => (readFault ? refuse(readFault) : [{ id: now.person.id }]);
  program({
    ...methods(now),
    'Session.State': () => now.person,
    'Drafts.Open': (id: string) => store().open(id),
    'Requests.Draft': (id: string) => store().read(id),
    'Drafts.Save': (id: string, revision: number, content: never) => store().save(id, revision, content),
    'Requests.Outbox': list,
    'Requests.Latest': () => ({ drafts: list(), requests: [] }),
    'Window.Settings': () => (readFault ? refuse(readFault) : { language: now.person.id }),
  });
  ask(undefined);
  await Promise.all([reads.person, reads.outbox, reads.latest, reads.settings].map((r) => r.refresh()));
  stop = followArrivals();
  await act(async () => {});
});

afterEach(async () => {
  stop();
  await act(async () => root.render(null));
  for (const id of ['d1', 'new']) forget(id);
});

describe('a dialog that somebody has left open', () => {
  const give: Asked = { kind: 'give', item: { id: 'd1', draft: true, practice: '' }, title: 'Facture' };

  test.each<[string, Asked]>([
    ['a draft to hand over', give],
    ['their PIN', { kind: 'pin' }],
    ['the PIN of a colleague', { kind: 'enter', person: known(marc) }],
    ['signing out', { kind: 'sign-out' }],
    ['signing in again', { kind: 'sign-in', expected: 'claire' }],
  ])('is not there for the next one: %s', async (_what, open) => {
    await show();
    await act(async () => ask(open));
    await act(async () => {
      await changePerson(async () => {
        now.person = marc;
      });
    });
    expect(asked).toBeUndefined();
  });

  test('goes the moment that somebody else is at the desk', async () => {
    await show();
    await act(async () => ask(give));
    let entered = () => {};
    await act(async () => {
      void changePerson(() => new Promise<void>((done) => (entered = done)));
    });
    await arrive(marc);
    expect(asked).toBeUndefined();
    await act(async () => entered());
  });

  test('stays for the person who comes back, and for the sign-in that brings somebody', async () => {
    await show();
    await act(async () => ask(give));
    await arrive({ ...claire, signedIn: false });
    expect(asked).toEqual(give);
    const signIn: Asked = { kind: 'sign-in', expected: 'claire' };
    await act(async () => ask(signIn));
    await act(async () => {
      await changePerson(
        async () => {
          now.person = marc;
          tell('session');
        },
        { back: 'claire', own: true },
      );
    });
    expect(asked).toEqual(signIn);
  });
});

describe('what was read for somebody', () => {
  test.each(['internal', 'timeout', 'damaged'])(
    'is not what the next one sees, also if theirs cannot be read: %s',
    async (code) => {
      expect(reads.outbox.snapshot().data).toEqual([{ id: 'claire' }]);
      readFault = code;
      await arrive(marc);
      await vi.waitFor(() => expect(reads.settings.snapshot().error?.code).toBe(code));
      for (const read of [reads.outbox, reads.latest, reads.settings])
        expect(read.snapshot().data).toBeUndefined();
    },
  );

  test('is read anew for the next one', async () => {
    const unfollow = reads.outbox.subscribe(() => {});
    await arrive(marc);
    await vi.waitFor(() => expect(reads.outbox.snapshot().data).toEqual([{ id: 'marc' }]));
    unfollow();
  });

  test('stays in sight for the same person', async () => {
    readFault = 'timeout';
    await arrive({ ...claire, signedIn: false });
    await reads.outbox.refresh();
    expect(reads.outbox.snapshot()).toMatchObject({ data: [{ id: 'claire' }], error: { code: 'timeout' } });
  });
});

describe('what somebody was typing when another person came by themselves', () => {
  test('is out of sight at once, and saved when they are back', async () => {
    await show();
    await type('De Claire');
    await arrive(marc);
    await show();
    expect(shown).toBe('failed');
    expect(await flushAll()).toBe(true); // nothing of it keeps Marc here
    expect(store(marc).saves).toEqual([]);
    await arrive(claire);
    await show();
    await vi.waitFor(() => expect(store(claire).text()).toBe('De Claire'));
    expect(shown).toBe('De Claire');
  });

  test('does not become theirs, new as it may be', async () => {
    await show();
    await act(async () =>
      editor.dispatch({ kind: 'opened', draft: draft({ id: 'd1', revision: 0, savedAt: '' }) }),
    );
    store(claire).disk.delete('d1');
    vi.useFakeTimers();
    await type('Tout neuf');
    await arrive(marc);
    await flushAll();
    await act(async () => void (await vi.advanceTimersByTimeAsync(60_000))); // nor by itself
    vi.useRealTimers();
    expect(store(marc).disk.size).toBe(0);
    await arrive(claire);
    await vi.waitFor(() => expect(store(claire).text()).toBe('Tout neuf'));
    expect(store(marc).disk.size).toBe(0);
  });

  test('is not saved for them by a save that was under way', async () => {
    await show();
    let saved = () => {};
    const save = store(claire).save.bind(store(claire));
    store(claire).save = async (...args) => {
      await new Promise<void>((done) => (saved = done));
      return save(...args);
    };
    await type('De');
    void flushAll();
    await type('De Claire');
    await arrive(marc);
    await act(async () => saved());
    expect(store(claire).text()).toBe('De');
    expect(store(marc).saves).toEqual([]);
    store(claire).save = save;
    await arrive(claire);
    await vi.waitFor(() => expect(store(claire).text()).toBe('De Claire'));
  });

  test('stays open when it is the PC’s: whoever uses it can read it', async () => {
    store(claire).disk.set('d1', draft({ shared: true }));
    store(marc).disk.set('d1', draft({ shared: true }));
    await show();
    await type('Pour tous');
    await arrive(marc);
    await show();
    expect(shown).toBe('Pour tous');
    expect(await flushAll()).toBe(true);
    expect(store(marc).text()).toBe('Pour tous');
  });

  test('and what was saved is not on the screen until the program has answered', async () => {
    await show();
    await type('De Claire');
    await act(async () => void (await flushAll()));
    program({ 'Session.State': () => now.person, 'Drafts.Open': () => new Promise(() => {}) });
    await arrive(marc);
    expect(shown).toBe('loading');
  });
});

describe('a draft that cannot be saved', () => {
  const conflict = async () => {
    await show();
    store(claire).change('d1', { ...draft().content, values: { subject: 'Ailleurs' } });
    await type('Ici');
    await act(async () => void (await flushAll()));
  };

  test('keeps nobody from coming back', async () => {
    await conflict();
    const signIn = vi.fn(async () => {});
    await act(async () => changePerson(signIn, { back: 'claire' }));
    expect(signIn).toHaveBeenCalledOnce();
    expect(shown).toBe('Ici');
  });

  test('is not lost when somebody else comes back than was expected', async () => {
    await conflict();
    await act(async () =>
      changePerson(
        async () => {
          now.person = marc;
        },
        { back: 'claire' },
      ),
    );
    await show();
    expect(shown).toBe('failed');
    await arrive(claire);
    await show();
    expect(shown).toBe('Ici');
  });

  test('has the next one wait', async () => {
    await conflict();
    const enter = vi.fn(async () => {});
    await expect(changePerson(enter)).rejects.toEqual(new CallError('unsaved'));
    expect(enter).not.toHaveBeenCalled();
  });

  test('keeps nobody out where nobody is at the desk', async () => {
    store(nobody).disk.set('d1', draft({ shared: true }));
    await arrive(nobody);
    await show();
    store(nobody).saveFaults.push({ code: 'disk-full' });
    await type('Sans personne');
    const enter = vi.fn(async () => {});
    await act(async () => changePerson(enter));
    expect(enter).toHaveBeenCalledOnce();
    expect(shown).toBe('Sans personne');
  });
});
