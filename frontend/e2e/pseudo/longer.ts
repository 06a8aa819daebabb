import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parse, TYPE } from '@formatjs/icu-messageformat-parser';
import { printAST } from '@formatjs/icu-messageformat-parser/printer.js';
import { build, type Plugin } from 'vite';

// A language that nobody speaks: French in brackets, two fifths longer. What stands on the
// screen without brackets is not from src/text; what does not fit will not fit either in
// another language.

const FRONTEND = resolve(import.meta.dirname, '../..');

type Nodes = ReturnType<typeof parse>;

function longer(text: string): string {
  const nodes = parse(text);
  lengthen(nodes);
  return `⟦${printAST(nodes)}⟧`;
}

function lengthen(nodes: Nodes): void {
  for (const n of nodes) {
    if (n.type === TYPE.literal) n.value = n.value.replace(/[aeiouyéèêàùôîâû]/gi, '$&$&');
    if ('options' in n) for (const o of Object.values(n.options)) lengthen(o.value);
    if (n.type === TYPE.tag) lengthen(n.children);
  }
}

function pseudo(): Plugin {
  return {
    name: 'pseudo',
    enforce: 'post',
    async transform(code, id) {
      if (!/\/src\/text\/fr\.ts$/.test(id)) return null;
      const { fr } = await import(`data:text/javascript,${encodeURIComponent(code)}`);
      const all = Object.entries<string>(fr).map(([key, text]) => [key, longer(text)]);
      return { code: `export const fr = ${JSON.stringify(Object.fromEntries(all))};`, map: null };
    },
  };
}

// Longer is the window in that language.
export class Longer {
  private constructor(readonly dir: string) {}

  static async build(): Promise<Longer> {
    const dir = await mkdtemp(join(tmpdir(), 'longer-'));
    await build({
      root: FRONTEND,
      logLevel: 'error',
      plugins: [pseudo()],
      build: { outDir: dir, emptyOutDir: true },
    });
    return new Longer(dir);
  }

  async close(): Promise<void> {
    await rm(this.dir, { recursive: true, force: true });
  }
}
