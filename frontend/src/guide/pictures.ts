import type { Language } from '../text';
import type { Topic } from './topic';

// Pictures of the screens as they are, made by the window's tests: see e2e/pictures.spec.ts.
const files = import.meta.glob<string>('./pictures/*.webp', {
  query: '?url',
  import: 'default',
  eager: true,
});

// pictureOf is the address of a screen's picture, in the person's language.
export function pictureOf(topic: Topic, lang: Language): string | undefined {
  return files[`./pictures/${topic}-${lang}.webp`];
}
