import type { Item, PaperWords } from '../bridge';
import { fileName } from '../outbox/page';
import { lifeOf, priorityOf, statusOf, titleOf } from '../request';
import type { Words } from '../text';

// wordsOf are the window's words on the paper of a request.
export function wordsOf(words: Words, item: Item): PaperWords {
  const line = lifeOf(item);
  return {
    lang: words.lang,
    status: statusOf(words, item),
    priority: priorityOf(words, item),
    // A point that is reached has the name of how it was: « résolue », « retirée ».
    life: line.steps.map((s, i) =>
      words.t(i === line.present && s.state === 'reached' ? line.name : `life.${s.point}`),
    ),
  };
}

// paperName is what the file is called: by the number, or else by the subject.
export function paperName(words: Words, item: Item): string {
  return fileName(words.t('papers.name', { name: item.number || titleOf(words, item) }));
}
