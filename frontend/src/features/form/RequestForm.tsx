import './form.css';
import {
  CategoryQuestion,
  FieldQuestions,
  FilesPart,
  focusField,
  isGone,
  Orphans,
  PracticeQuestion,
  type RoadProps,
  SendButtons,
  Summary,
  stepsOf,
  TypeQuestion,
  useCatalogue,
} from '../../draft';
import { useTopic } from '../../guide';
import { PageHead } from '../../request';
import { useWords } from '../../text';
import { Button, Status } from '../../ui';

// RequestForm asks for a request on one page. It is one of two views of a draft.
export function RequestForm(props: RoadProps) {
  const { editor, work } = props;
  const words = useWords();
  useTopic('form');
  const { type } = useCatalogue(work);
  const typed = work.content.type !== '' && !isGone(work, 'type');
  const several = stepsOf(work).includes('practice');
  const only = several ? undefined : work.view.eligible[0];
  return (
    <>
      <PageHead
        title={words.t('form.title')}
        line={only && words.t('field.practiceOnly', { name: only.name })}
      >
        {props.acts}
        <Button look="quiet" onPress={() => editor.change({ kind: 'road', value: 'assistant' })}>
          {words.t('form.toAssistant')}
        </Button>
      </PageHead>
      <form className="form" noValidate onSubmit={(event) => event.preventDefault()}>
        <Summary work={work} refused onGo={(p) => focusField(p.field)} />
        <TypeQuestion {...props} />
        {!typed && <p className="form-hint">{words.t('form.chooseType')}</p>}
        {typed && several && <PracticeQuestion {...props} />}
        {typed && <CategoryQuestion {...props} compact />}
        {typed && (work.content.category === '' || isGone(work, 'category')) && (
          <p className="form-hint">{words.t('form.chooseCategory')}</p>
        )}
        {work.view.fields.length > 0 && <FieldQuestions {...props} />}
        <Orphans {...props} />
        {typed && (
          <div className="form-files">
            <h2 className="form-title">
              {words.t('field.files')} <span className="field-extra">{words.t('field.optional')}</span>
            </h2>
            <FilesPart {...props} rules={type?.files} />
          </div>
        )}
        <div className="draft-foot">
          {props.reminder}
          <Status className="draft-sending">{props.sending && words.t('draft.sending')}</Status>
          <SendButtons {...props} preview="draft.preview.form" />
        </div>
      </form>
    </>
  );
}
