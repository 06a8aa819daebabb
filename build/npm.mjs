// Prints the npm packages whose code or files are in the window's page, as JSON. It
// asks the bundler itself: what is installed and not in the page is not listed.
// Run in frontend/.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const need = createRequire(join(process.cwd(), 'package.json'));
const { build } = await import(pathToFileURL(need.resolve('vite')));
const found = new Map();

// The folder of the package that a file belongs to, if it belongs to one.
function note(file) {
  const path = resolve(file.replace(/^\0/, '').replace(/[?#].*$/, '')).replaceAll('\\', '/');
  const at = /^(.*\/node_modules\/(@[^/]+\/)?[^/]+)\//.exec(path);
  if (at) found.set(at[1].slice(at[1].indexOf('/node_modules/') + 1), at[1]);
}

const collect = {
  name: 'guichet-packages',
  generateBundle(_, bundle) {
    for (const part of Object.values(bundle)) {
      for (const file of part.type === 'chunk' ? part.moduleIds : (part.originalFileNames ?? [])) note(file);
    }
  },
};

await build({
  logLevel: 'error',
  plugins: [collect],
  worker: { plugins: () => [collect] },
  build: { write: false },
});

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')).packages;
const packages = [...found].map(([at, dir]) => {
  const { name, version, license } = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8'));
  return { name, version, license, integrity: lock[at]?.integrity ?? '', dir };
});
packages.sort((a, b) => (a.name + a.version < b.name + b.version ? -1 : 1));
process.stdout.write(`${JSON.stringify(packages, null, 1)}\n`);
