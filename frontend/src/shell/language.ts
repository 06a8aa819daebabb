import { useEffect } from 'react';
import type { Settings } from '../bridge';
import type { Language } from '../text';

const NAME = 'language';

// useLanguage is the language of the settings; until they are read, and when they
// cannot be, the one that this window had last.
export function useLanguage(settings: Settings | undefined): Language {
  const language = settings?.language;
  useEffect(() => {
    if (language) keep(language);
  }, [language]);
  return (language ?? kept()) === 'en' ? 'en' : 'fr';
}

// A web view may have no place for it.
function keep(language: string): void {
  try {
    localStorage.setItem(NAME, language);
  } catch {}
}

function kept(): string | null {
  try {
    return localStorage.getItem(NAME);
  } catch {
    return null;
  }
}
