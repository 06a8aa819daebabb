import {
  type Catalogue,
  catalogueAt,
  type Field,
  type Practice,
  type Problem,
  type RequestType,
  reads,
  useShared,
} from '../bridge';
import { TextFindings, type TextGuard, useTextGuard } from '../guard';
import { sentenceOf } from '../request';
import { matches, useWords } from '../text';
import { afterPress, Choices, Dropdown, Pick, TextField } from '../ui';
import type { Editor } from './editor';
import { problemOf } from './problems';
import { isWork, shownValue, type Work } from './reducer';
import { isNumber, Twins } from './Twins';

// The questions of a request, as both roads ask them.

export interface Asked {
  editor: Editor;
  work: Work;
}

// useCatalogue is what this draft can ask for, and its type.
export function useCatalogue(work: Work): {
  catalogue: Catalogue | undefined;
  type: RequestType | undefined;
} {
  const { data: catalogue } = useShared(catalogueAt(work.content.catalogue));
  return { catalogue, type: catalogue?.types.find((t) => t.key === work.content.type) };
}

function useSentence() {
  const words = useWords();
  return (p: Problem | undefined, label = '', choice = false) =>
    p ? sentenceOf(words, p, label, choice) : undefined;
}

const NAMED = 3; // administrators that a person can be told to ask

// useNotAllowed says why a type cannot be chosen, and whom to ask, if the portal
// tells.
function useNotAllowed(): string {
  const words = useWords();
  const { data: person } = useShared(reads.person);
  const names = new Set(person?.practices.flatMap((p) => p.admins));
  if (names.size === 0) return words.t('type.notAllowed');
  return words.t('type.askThem', { names: words.list([...names].slice(0, NAMED), 'disjunction') });
}

export function TypeQuestion({ editor, work, hideLabel }: Asked & { hideLabel?: boolean }) {
  const words = useWords();
  const sentence = useSentence();
  const notAllowed = useNotAllowed();
  const { catalogue } = useCatalogue(work);
  return (
    <Choices
      id="field-type"
      label={words.t('field.type')}
      hideLabel={hideLabel}
      required
      value={work.content.type}
      onChange={(value) => editor.change({ kind: 'type', value })}
      error={sentence(problemOf(work, 'type'))}
      choices={(catalogue?.types ?? []).map((t) => ({
        value: t.key,
        label: words.label(t.label),
        hint: t.allowed ? words.label(t.hint) : notAllowed,
        disabled: !t.allowed && t.key !== work.content.type,
      }))}
    />
  );
}

export function PracticeQuestion({ editor, work, hideLabel }: Asked & { hideLabel?: boolean }) {
  const words = useWords();
  const sentence = useSentence();
  return (
    <Pick
      id="field-practice"
      label={words.t('field.practice')}
      hideLabel={hideLabel}
      search={words.t('field.practiceSearch')}
      none={words.t('field.practiceNone')}
      matches={matches}
      value={work.view.practice}
      onChange={(value) => editor.change({ kind: 'practice', value })}
      error={sentence(problemOf(work, 'practice'))}
      choices={work.view.eligible.map((p: Practice) => ({ value: p.id, label: p.name, hint: p.town }))}
    />
  );
}

export function CategoryQuestion({ editor, work, compact }: Asked & { compact?: boolean }) {
  const words = useWords();
  const sentence = useSentence();
  const { type } = useCatalogue(work);
  const shared = {
    id: 'field-category',
    label: words.t('field.category'),
    required: true,
    value: work.content.category,
    onChange: (value: string) => editor.change({ kind: 'category', value }),
    error: sentence(problemOf(work, 'category')),
    choices: (type?.categories ?? []).map((c) => ({
      value: c.key,
      label: words.label(c.label),
      hint: words.label(c.hint),
    })),
  };
  return compact ? (
    <Dropdown {...shared} required={words.t('field.required')} placeholder={words.t('field.choose')} />
  ) : (
    <Choices {...shared} hideLabel />
  );
}

// FieldQuestions are the fields that the category asks for.
export function FieldQuestions({ editor, work }: Asked) {
  const written = work.view.fields.filter((f) => f.kind !== 'choice');
  const guard = useTextGuard(
    {
      id: work.id,
      stored: async () => ((await editor.stored()) ? work.id : ''),
      answered: () => void editor.readFiles().catch(() => {}), // the next save tells as well
    },
    Object.fromEntries(written.map((f) => [f.key, work.content.values[f.key] ?? ''])),
  );
  return (
    <div className="questions">
      {work.view.fields.map((f) => (
        <FieldQuestion key={f.key} field={f} editor={editor} work={work} guard={guard} />
      ))}
    </div>
  );
}

// Near its limit a text tells how much is left.
const TELL_LEFT = 0.8;

function FieldQuestion({ field, editor, work, guard }: Asked & { field: Field; guard: TextGuard }) {
  const words = useWords();
  const sentence = useSentence();
  const label = words.label(field.label);
  const value = shownValue(work, field);
  const shared = {
    id: `field-${field.key}`,
    label,
    extra: field.required ? undefined : words.t('field.optional'),
    hint: words.label(field.hint) || undefined,
    required: field.required,
    value,
    error: sentence(problemOf(work, field.key), label, field.kind === 'choice'),
  };
  if (field.kind === 'choice') {
    const choices = field.options.map((o) => ({ value: o.value, label: words.label(o.label) }));
    return (
      <div className="wide">
        <Choices {...shared} pills onChange={(v) => editor.choose(field.key, v)} choices={choices} />
      </div>
    );
  }
  const length = [...value.trim()].length;
  const left = field.maxLength - length;
  const counter =
    field.maxLength > 0 && length > field.maxLength * TELL_LEFT
      ? { text: words.t(left < 0 ? 'field.over' : 'field.left', { count: Math.abs(left) }), over: left < 0 }
      : undefined;
  const short = field.kind === 'line' && field.maxLength <= 60;
  const change = (v: string) => editor.change({ kind: 'value', field: field.key, value: v });
  const leave = () => {
    editor.left(field.key);
    guard.look();
  };
  return (
    <div className={short ? undefined : 'wide'}>
      <TextField
        {...shared}
        lines={field.kind === 'text'}
        prose={field.kind === 'text' || field.key === 'subject'}
        counter={counter}
        onChange={change}
        onBlur={() => afterPress(leave)}
      />
      <TextFindings
        guard={guard}
        field={field.key}
        id={shared.id}
        read={() => typedIn(editor, field.key)}
        change={change}
      />
      {isNumber(field.key) && <Twins field={field.key} value={value} work={work} />}
    </div>
  );
}

// typedIn is what stands in a field now, whatever the page shows.
function typedIn(editor: Editor, field: string): string {
  const state = editor.snapshot();
  return isWork(state) ? (state.content.values[field] ?? '') : '';
}
