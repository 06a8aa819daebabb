import { act, type ReactNode } from 'react';
import { type Known, type Person, reads, type Status } from '../bridge';
import { type Language, Speak } from '../text';
import { Words } from '../text/words';
import { Toasts } from '../ui';

// What the tests of who is at the desk need. No part of the window imports this.

export const claire: Person = {
  id: 'claire',
  name: 'Claire Lefèvre',
  known: true,
  signedIn: true,
  preferred: 'p1',
  practices: [
    { id: 'p1', name: 'Cabinet des Tilleuls', town: 'Nantes', roles: ['admin'], admins: ['Claire Lefèvre'] },
  ],
  pin: false,
  locked: '',
};
export const marc: Person = { ...claire, id: 'marc', name: 'Marc Diallo' };
export const nobody: Person = {
  ...claire,
  id: '',
  name: '',
  known: false,
  signedIn: false,
  preferred: '',
  practices: [],
};

export function known(of: Person, over: Partial<Known> = {}): Known {
  return { id: of.id, name: of.name, signedIn: true, waiting: 0, pin: false, tries: 10, wait: 0, ...over };
}

export function status(over: Partial<Status> = {}): Status {
  return {
    connection: 'online',
    since: '',
    waiting: 0,
    toCorrect: 0,
    drafts: 0,
    requests: 0,
    lastSent: '',
    sending: false,
    clockAhead: 0,
    pausedUntil: '',
    asking: 0,
    reason: '',
    ...over,
  };
}

// methods are what the program tells of who is here, as it is when it is asked.
export function methods(now: { person: Person; people: Known[]; status?: Status; sealed?: boolean }) {
  return {
    'Session.State': () => now.person,
    'Session.People': () => now.people,
    'Session.SigningIn': () => '',
    'Outbox.State': () => now.status ?? status(),
    'Keyring.State': () => ({ sealed: now.sealed ?? true, silent: false, recovery: true }),
    'Portal.State': () => ({ address: 'https://portail.exemple.fr', fixed: false }),
    'Portal.Check': (address: string) => address,
  };
}

// readAll shows what the program tells now.
export function readAll(): Promise<unknown> {
  return act(() =>
    Promise.all(
      [reads.person, reads.people, reads.status, reads.keys, reads.portal, reads.signing].map((r) =>
        r.refresh(),
      ),
    ),
  );
}

// Window stands around what a test shows.
export function Window({ lang = 'fr', children }: { lang?: Language; children: ReactNode }) {
  return (
    <Speak lang={lang}>
      <Toasts words={new Words(lang)} close="Fermer" place="/">
        {children}
      </Toasts>
    </Speak>
  );
}

// text is what a person reads, with plain spaces.
export const text = (at: ParentNode = document.body) =>
  (at.textContent ?? '').replace(/[\u202f\u00a0]/g, ' ');

export function buttonNamed(name: string): HTMLButtonElement {
  const found = [...document.querySelectorAll('button')].find((b) => text(b) === name);
  if (!found) throw new Error(`no button ${name} in ${text()}`);
  return found;
}

export const press = (name: string) => act(async () => buttonNamed(name).click());

// type puts a text into the field with that label.
export async function type(label: string, value: string): Promise<void> {
  const field = [...document.querySelectorAll('label')].find((l) => text(l).startsWith(label));
  const input = field && document.getElementById(field.htmlFor);
  if (!(input instanceof HTMLInputElement)) throw new Error(`no field ${label} in ${text()}`);
  await act(async () => {
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(input, value);
    input.dispatchEvent(new Event('input', { bubbles: true }));
  });
}

// frame is over once what waits for the next picture has been done.
export const frame = () => act(async () => new Promise<void>((done) => requestAnimationFrame(() => done())));

export const submit = () =>
  act(async () => {
    document.querySelector('form')?.requestSubmit();
  });
