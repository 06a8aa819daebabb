// All wording of the window: French by default, English second. It knows
// neither the program nor any part of the window.
import { createContext, type ReactNode, useContext } from 'react';
import { CONFIRMATION_WORDING, type Language, Words } from './words';

export { CONFIRMATION_WORDING, fold, type Key, type Language, matches, type Words } from './words';

const languages: Record<Language, Words> = { fr: new Words('fr'), en: new Words('en') };
// wordings are the sentences that people agreed to, by the version that they are
// named by.
export function wordings(): Record<string, string> {
  const all = Object.values(languages);
  return Object.fromEntries(
    all.map((w) => [CONFIRMATION_WORDING[w.lang], w.t('popup.statement', { count: 1 })]),
  );
}

const Spoken = createContext<Words>(languages.fr);

export function Speak({ lang, children }: { lang: Language; children: ReactNode }) {
  return <Spoken value={languages[lang]}>{children}</Spoken>;
}

// useWords gives the words of the chosen language.
export function useWords(): Words {
  return useContext(Spoken);
}
