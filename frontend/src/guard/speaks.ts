import { fold } from '../text';

// What is called a file, and what is said of one that comes along. The text is
// folded: without accents and capitals.
const NOUN =
  '(?:fichiers?|documents?|doc|pdf|factures?|pieces?|copies?|captures?(?: d ecran)?|photos?|images?|scans?|contrats?|devis|bons?(?: de (?:commande|livraison))?|courriers?|lettres?|releves?|tableaux?|justificatifs?|rib|avoirs?|annexes?)';
const SPEAKS = new RegExp(
  [
    String.raw`\bpieces?[ -]jointes?\b`,
    String.raw`\bp\.?j\b`,
    String.raw`\bci[ -]?(?:joint|annexe)(?:e?s?)\b`,
    String.raw`\b${NOUN} (?:\S+ )?(?:joint|annexe)e?s?\b`,
    String.raw`\b(?:joint|annexe)e?s? (?:a (?:la presente|cette|ce|ma|mon|notre)|au present)\b`,
    String.raw`\bje (?:vous )?(?:joins|mets en piece)\b`,
    String.raw`\bnous (?:vous )?joignons\b`,
    String.raw`\b(?:en|voir|cf\.?) annexes?\b`,
    String.raw`\b(?:voir|cf\.?) (?:(?:le|la|les|l|mon|ma|mes|notre|nos|ce|cette) )?${NOUN}\b`,
    String.raw`\battached\b(?! to (?!this|my|the (?:message|request|reply|email)))`,
    String.raw`\battachments?\b`,
    String.raw`\b(?:please find|see|are|is) enclosed\b|\benclosed (?:please|is|are|you)\b`,
    String.raw`\b(?:i|we) attach\b|\b(?:i am|i m|we are|we re) attaching\b`,
    String.raw`\bsee (?:the |my |our )?(?:file|document|invoice|screenshot|picture|copy)s?\b`,
  ].join('|'),
  'g',
);

// What stands before it where no file comes along, and before what somebody wants to see.
const NOT =
  /(?:\b(?:sans|aucune?|ni|rien|without|no|not|never|nothing)(?: [^\s.,;:!?]+){0,2}|\b(?:pas|plus|jamais)(?: encore)?(?: de| d)?|\b(?:comment|pour|de|peut|peux|pouvons|pouvez|pouvoir|to|can|cannot|could)) *$/;

// speaksOfFile tells whether a text speaks of a file that comes with it.
export function speaksOfFile(text: string): boolean {
  const said = fold(text)
    .replace(/['’]/g, ' ')
    .replace(/[ \t\u00a0\u202f]+/g, ' ');
  return [...said.matchAll(SPEAKS)].some((m) => !NOT.test(said.slice(Math.max(0, m.index - 60), m.index)));
}
