import { answersOf, FileCard, Sheet } from '../request';
import { useWords } from '../text';
import { Button, Dialog, Icon } from '../ui';
import { OrphanSheet } from './CarryOver';
import { useCatalogue } from './Questions';
import type { Work } from './reducer';

// Preview shows the request as support will see it.
export function Preview({ work, onClose }: { work: Work; onClose: () => void }) {
  const words = useWords();
  const { type } = useCatalogue(work);
  const { content, view, files } = work;
  const practice = view.eligible.find((p) => p.id === view.practice);
  const category = type?.categories.find((c) => c.key === content.category);
  // What is open and not needed will not be there.
  const answers = answersOf(view.fields, content.values).filter(
    (a) => a.value || view.fields.some((f) => f.key === a.key && f.required),
  );
  const subject = answers.find((a) => a.key === 'subject')?.value;
  return (
    <Dialog
      wide
      title={words.t('preview.title')}
      onClose={onClose}
      foot={
        <Button onPress={onClose} autoFocus>
          <Icon name="back" />
          {words.t('preview.back')}
        </Button>
      }
    >
      {subject && <h3>{subject}</h3>}
      <Sheet
        empty={words.t('preview.empty')}
        rows={[
          [words.t('field.type'), words.label(type?.label)],
          [words.t('field.practice'), practice ? `${practice.name}, ${practice.town}` : ''],
          [words.t('field.category'), words.label(category?.label)],
        ]}
        answers={answers.filter((a) => a.key !== 'subject' || !subject)}
      />
      <OrphanSheet work={work} hint="orphan.hintPreview" />
      <section className="preview-files" aria-label={words.t('field.files')}>
        <h3>{words.t('field.files')}</h3>
        {files.length === 0 ? (
          <p className="page-line">{words.t('files.none')}</p>
        ) : (
          <ul className="files">
            {files.map((f) => (
              <FileCard key={f.id} file={f} />
            ))}
          </ul>
        )}
      </section>
    </Dialog>
  );
}
