// All wording of the window: French by default, English second. It knows
// neither the program nor any part of the window.
import { createContext, type ReactNode, useContext } from 'react';
import { type Language, Words } from './words';

export { CONFIRMATION_WORDING, fold, type Key, type Language, matches, type Words } from './words';

const languages: Record<Language, Words> = { fr: new Words('fr'), en: new Words('en') };
const Spoken = createContext<Words>(languages.fr);

export function Speak({ lang, children }: { lang: Language; children: ReactNode }) {
  return <Spoken value={languages[lang]}>{children}</Spoken>;
}

// useWords gives the words of the chosen language.
export function useWords(): Words {
  return useContext(Spoken);
}
