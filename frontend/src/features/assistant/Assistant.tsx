import './assistant.css';
import { useEffect, useRef } from 'react';
import type { Problem } from '../../bridge';
import {
  CategoryQuestion,
  FieldQuestions,
  FilesPart,
  focusField,
  isWork,
  Orphans,
  PracticeQuestion,
  type RoadProps,
  SendButtons,
  type Step,
  Summary,
  stepOf,
  stepsOf,
  TypeQuestion,
  useCatalogue,
} from '../../draft';
import { useTopic } from '../../guide';
import { PageHead } from '../../request';
import { useWords } from '../../text';
import { Button, Icon, Status, useCommands } from '../../ui';

// Assistant asks for a request step by step. It is one of two views of a draft.
export function Assistant(props: RoadProps) {
  const { editor, work } = props;
  const words = useWords();
  useTopic('assistant');
  const { type } = useCatalogue(work);
  const steps = stepsOf(work);
  const step = stepOf(work);
  const at = steps.indexOf(step);
  const heading = useRef<HTMLHeadingElement>(null);
  const shownStep = useRef(step);
  const wanted = useRef(''); // a field to go to on the step that comes next

  // A new step is read out from its question on.
  useEffect(() => {
    if (shownStep.current === step) return;
    shownStep.current = step;
    if (wanted.current) focusField(wanted.current);
    else {
      heading.current?.focus();
      heading.current?.closest('main')?.scrollTo(0, 0); // the step before may have been scrolled
    }
    wanted.current = '';
  }, [step]);

  const goTo = (to: Step | undefined, field = '') => {
    if (!to) return;
    wanted.current = field;
    if (to === step) focusField(field);
    else editor.change({ kind: 'step', value: to });
  };
  const next = async () => {
    if (!(await editor.check([step]))) return;
    // Which steps there are, the answer that has just been saved may decide.
    const state = editor.snapshot();
    const now = isWork(state) ? stepsOf(state) : steps;
    goTo(now[now.indexOf(step) + 1]);
  };
  const practice = work.view.eligible.find((p) => p.id === work.view.practice);
  const line = [words.label(type?.label), practice?.name].filter(Boolean).join(', ');
  const last = step === 'files';
  useCommands(
    last
      ? []
      : [
          {
            id: 'go-on',
            label: words.t('assistant.next'),
            keys: 'mod+enter',
            run: () => void next(),
            page: true,
          },
        ],
  );

  return (
    <>
      <PageHead title={words.t('assistant.title')} line={line || undefined}>
        {props.acts}
        <Button look="quiet" onPress={() => editor.change({ kind: 'road', value: 'form' })}>
          {words.t('assistant.toForm')}
        </Button>
      </PageHead>
      <ol className="steps" aria-label={words.t('assistant.steps')}>
        {steps.map((s, i) => (
          <li key={s} className={i <= at ? 'step done' : 'step'} aria-current={i === at ? 'step' : undefined}>
            <button type="button" className="step-button" disabled={i >= at} onClick={() => goTo(s)}>
              <span className="step-number">{i + 1}</span>
              <span className="step-name">{words.t(`step.${s}`)}</span>
              {i < at && <span className="sr">, {words.t('assistant.stepDone')}</span>}
            </button>
          </li>
        ))}
      </ol>
      <form
        className="assistant"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!last) void next();
        }}
      >
        <h2 ref={heading} tabIndex={-1}>
          <span className="sr">
            {words.t('assistant.step', { n: at + 1, total: steps.length, name: words.t(`step.${step}`) })}.{' '}
          </span>
          {words.t(`assistant.${step}`)}
        </h2>
        <Summary
          work={work}
          steps={last ? undefined : [step]}
          refused
          onGo={(p: Problem) => goTo((p.step as Step) || step, p.field)}
        />
        <Question {...props} step={step} />
        <div className="draft-foot">
          {props.reminder}
          {at > 0 && (
            <Button onPress={() => goTo(steps[at - 1])}>
              <Icon name="back" />
              {words.t('assistant.previous')}
            </Button>
          )}
          <Status className="draft-sending">{props.sending && words.t('draft.sending')}</Status>
          {last ? (
            <SendButtons {...props} preview="draft.preview.assistant" />
          ) : (
            <Button look="go" type="submit" shortcut={words.shortcut('mod+enter')}>
              {words.t('assistant.next')}
              <Icon name="forward" />
            </Button>
          )}
        </div>
      </form>
    </>
  );
}

function Question(props: RoadProps & { step: Step }) {
  const { type } = useCatalogue(props.work);
  switch (props.step) {
    case 'type':
      return <TypeQuestion {...props} hideLabel />;
    case 'practice':
      return <PracticeQuestion {...props} hideLabel />;
    case 'category':
      return <CategoryQuestion {...props} />;
    case 'details':
      return (
        <>
          <FieldQuestions {...props} />
          <Orphans {...props} />
        </>
      );
    case 'files':
      return <FilesPart {...props} rules={type?.files} />;
  }
}
