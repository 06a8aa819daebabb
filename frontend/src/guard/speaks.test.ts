import { describe, expect, test } from 'vitest';
import { speaksOfFile } from './speaks';

describe('a text speaks of a file that comes along', () => {
  test.each([
    'Voir la pièce jointe.',
    'Les PIÈCES JOINTES montrent l’erreur.',
    'cf. pièce-jointe',
    'La facture est en PJ',
    'Vous trouverez ci-joint le devis signé.',
    'Ci-jointe, la lettre de résiliation',
    'ci joint le bon',
    'Le contrat ci-annexé fait foi',
    'Le détail est en annexe.',
    'voir le fichier',
    'Voir capture d’écran',
    'Cf. document',
    'La facture jointe nous est réclamée deux fois.',
    'Le bon de commande joint est signé',
    'Capture d’écran jointe',
    'Je joins la facture.',
    'Nous vous joignons une copie.',
    'Sans réponse de votre part, je joins la facture.',
    'Ce n’est pas réglé. Ci-joint la preuve.',
    'Please find attached the invoice',
    'The invoice is attached.',
    'The invoice attached to this message is wrong',
    'See attachment',
    'See the screenshot',
    'Please find enclosed our order',
    'I’m attaching the contract',
  ])('%s', (text) => {
    expect(speaksOfFile(text)).toBe(true);
  });
});

describe('a text does not', () => {
  test.each([
    '',
    'La maintenance est comptée deux fois. Nous attendons un avoir.',
    'Je vous écris sans pièce jointe.',
    'Il n’y a pas de pièce jointe.',
    'Il n’y a plus de pièces jointes',
    'Aucune pièce jointe n’est nécessaire',
    'Aucun fichier joint',
    'sans facture jointe',
    'La facture n’est pas jointe.',
    'Je ne joins rien',
    'On ne peut pas voir le fichier du lundi',
    'Comment voir les factures ?',
    'Nous avons besoin de voir la facture',
    'We cannot see the invoice',
    'Impossible de vous joindre par téléphone',
    'Le conjoint de l’associé gère le compte joint',
    'Le disque est disjoint',
    'Le projet avance',
    'We write without attachment.',
    'No file attached',
    'It is not attached',
    'The printer attached to the second PC does not print',
  ])('%s', (text) => {
    expect(speaksOfFile(text)).toBe(false);
  });

  test('a long text is looked through at once', () => {
    const text = 'facture de la maintenance du second poste '.repeat(2000);
    const before = performance.now();
    expect(speaksOfFile(text)).toBe(false);
    expect(performance.now() - before).toBeLessThan(500);
  });
});
