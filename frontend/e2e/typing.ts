import { until } from './process';
import type { Window } from './production';

// How long a key takes to be seen: from keydown to the second animation frame after it,
// while somebody types in a long description. Keys come from outside of the window, in
// a rhythm in which both the autosave and the guard go to work between them, which is
// the same rhythm with and without the two.

export const LENGTH = 10_000; // characters of the description

const KEYS = 'la maintenance y figure deux fois et nous attendons un avoir ';
const PAUSES = [70, 110, 90, 420, 80, 130, 70, 380, 150, 90]; // ms; two of them for those who wait for a pause

export interface Block {
  took: number[]; // ms, by key
  saves: number; // calls of the program meanwhile
  looks: number;
}

// The program's two calls go through here. Held, a call waits: the window believes that it
// is under way and begins no other. What waited is done as soon as it is released.
const SWITCH = `(() => {
  const { Drafts, Guard } = window.go.app;
  const real = { save: Drafts.Save, look: Guard.Texts };
  const bench = (window.typing = { held: undefined, took: [], saves: 0, looks: 0 });
  const by = (count, call) => (...args) => {
    if (!bench.held) { bench[count]++; return call(...args); }
    return new Promise((done, fail) => bench.held.push(() => call(...args).then(done, fail)));
  };
  Drafts.Save = by('saves', real.save);
  Guard.Texts = by('looks', real.look);
  bench.hold = () => { bench.held = []; };
  bench.release = () => {
    const held = bench.held ?? [];
    bench.held = undefined;
    for (const go of held) go();
  };
  addEventListener('keydown', () => {
    const begin = performance.now();
    requestAnimationFrame(() => requestAnimationFrame(() => bench.took.push(performance.now() - begin)));
  }, { capture: true });
})()`;

// Typing is a window with such a description in a form, which has the focus.
export class Typing {
  private readonly window: Window;
  private typed = 0;

  constructor(window: Window) {
    this.window = window;
  }

  async prepare(): Promise<void> {
    const { window } = this;
    await window.press('a', 'Créer une demande');
    await window.press('label', 'Assistance administrative');
    await window.press('[role=option]', 'Cabinet des Tilleuls');
    await window.press('button[id=field-category]');
    await window.press('[role=option]', 'Litige de facture');
    await window.type('Sujet', 'Maintenance');
    await window.type('Description', KEYS.repeat(LENGTH / KEYS.length + 1).slice(0, LENGTH));
    await this.saved();
    await window.evaluate(SWITCH);
    await window.evaluate(`document.querySelector('textarea').scrollIntoView({ block: 'center' })`);
    await window.click('textarea');
    await window.evaluate(`{ const box = document.querySelector('textarea');
      box.setSelectionRange(box.value.length, box.value.length); }`);
  }

  private async saved(): Promise<void> {
    await this.window.sees('.foot-saved', 'Enregistré');
  }

  // block types some keys, with the autosave and the guard or without them.
  async block(keys: number, on: boolean): Promise<Block> {
    const { window } = this;
    await window.evaluate(on ? 'typing.release()' : 'typing.hold()');
    await window.evaluate('{ typing.took = []; typing.saves = typing.looks = 0; }');
    const args: string[] = [];
    for (let i = 0; i < keys; i++, this.typed++) {
      const key = KEYS[this.typed % KEYS.length] ?? ' ';
      args.push(
        'key',
        key === ' ' ? 'space' : key,
        'sleep',
        String((PAUSES[i % PAUSES.length] ?? 100) / 1000),
      );
    }
    await window.display.xdotool(...args);
    await until(async () => (await window.evaluate<number>('typing.took.length')) >= keys, `${keys} keys`);
    const block = await window.evaluate<Block>(
      '({ took: typing.took, saves: typing.saves, looks: typing.looks })',
    );
    await window.evaluate('typing.release()');
    await this.saved();
    return block;
  }

  // length is that of what stands in the description now.
  length(): Promise<number> {
    return this.window.evaluate<number>(`document.querySelector('textarea').value.length`);
  }
}
