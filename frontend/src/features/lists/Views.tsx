import { useState } from 'react';
import { CallError, codeOf, lists, type NamedQuery, type Query, useRead } from '../../bridge';
import { fold, useWords, type Words } from '../../text';
import { ActionMenu, Button, Dialog, Icon, type MenuEntry, TextField, undoing, useToast } from '../../ui';

const LONGEST = 80; // characters of a name

interface Props {
  query: Query;
  apply: (query: Query) => void;
}

// Views are the combinations of filters that the person has given a name.
export function Views({ query, apply }: Props) {
  const words = useWords();
  const { data: views = [] } = useRead(() => lists.views(), ['views', 'session']);
  const [open, setOpen] = useState<'save' | 'manage'>();
  const sorted = [...views].sort((a, b) => a.name.localeCompare(b.name, words.lang));
  const entries: MenuEntry[] = [];
  if (sorted.length > 0)
    entries.push({
      kind: 'group',
      id: 'views',
      label: words.t('list.views'),
      entries: sorted.map((v) => ({ kind: 'act', id: v.id, label: v.name, run: () => apply(v.query) })),
    });
  entries.push({ kind: 'act', id: 'save', label: words.t('list.viewSave'), run: () => setOpen('save') });
  if (sorted.length > 0)
    entries.push({
      kind: 'act',
      id: 'manage',
      label: words.t('list.viewManage'),
      run: () => setOpen('manage'),
    });
  const close = () => setOpen(undefined);
  return (
    <>
      <ActionMenu label={words.t('list.views')} look="button quiet small" entries={entries}>
        {words.t('list.views')}
        <Icon name="down" size={14} />
      </ActionMenu>
      {open === 'save' && <SaveView views={sorted} query={query} onClose={close} />}
      {open === 'manage' && <ManageViews views={sorted} query={query} onClose={close} />}
    </>
  );
}

interface DialogProps {
  views: NamedQuery[];
  query: Query;
  onClose: () => void;
}

// useSaving saves a combination, and tells how to go back to the one before.
function useSaving() {
  const toast = useToast();
  const fail = (reason: unknown) => toast((w) => w.error(codeOf(reason)));
  const undone = (old: NamedQuery) => ({
    lasts: true,
    undo: () => undoing(lists.saveView(old), fail),
  });
  const save = async (view: NamedQuery, old?: NamedQuery) => {
    await lists.saveView(view);
    if (old) toast((w) => w.t('list.viewReplaced', { name: view.name }), undone(old));
    else toast((w) => w.t('list.viewSaved', { name: view.name }));
  };
  const drop = async (view: NamedQuery) => {
    try {
      await lists.dropView(view.id);
    } catch (reason) {
      return fail(reason);
    }
    toast((w) => w.t('list.viewDropped', { name: view.name }), undone(view));
  };
  return { save, drop, fail };
}

function SaveView({ views, query, onClose }: DialogProps) {
  const words = useWords();
  const { save, fail } = useSaving();
  const [typed, setTyped] = useState('');
  const [error, setError] = useState<(w: Words) => string>();
  const name = typed.trim();
  const old = name ? views.find((v) => fold(v.name) === fold(name)) : undefined;
  const problem = () => {
    const actual = [...name].length;
    if (actual === 0) return (w: Words) => w.t('list.viewEmpty');
    return actual > LONGEST ? (w: Words) => w.t('list.viewLong', { actual, max: LONGEST }) : undefined;
  };
  const go = async () => {
    const wrong = problem();
    setError(() => wrong);
    if (wrong) return;
    try {
      await save({ id: old?.id ?? '', name, query }, old);
      onClose();
    } catch (reason) {
      if (reason instanceof CallError && reason.code === 'invalid')
        setError(() => (w: Words) => w.t('problem.other'));
      else fail(reason);
    }
  };
  return (
    <Dialog
      title={words.t('list.viewTitle')}
      onClose={onClose}
      foot={
        <>
          <Button onPress={onClose}>{words.t('list.cancel')}</Button>
          <Button look="go" type="submit" form="view-name">
            {words.t(old ? 'list.viewReplace' : 'list.viewGo')}
          </Button>
        </>
      }
    >
      <form
        id="view-name"
        onSubmit={(event) => {
          event.preventDefault();
          void go();
        }}
      >
        <TextField
          label={words.t('list.viewName')}
          hint={words.t('list.viewHint')}
          value={typed}
          onChange={(value) => {
            setTyped(value);
            setError(undefined);
          }}
          error={error?.(words)}
          autoFocus
        />
      </form>
    </Dialog>
  );
}

function ManageViews({ views, query, onClose }: DialogProps) {
  const words = useWords();
  const { save, drop, fail } = useSaving();
  return (
    <Dialog
      title={words.t('list.views')}
      onClose={onClose}
      foot={
        <Button look="go" onPress={onClose}>
          {words.t('list.close')}
        </Button>
      }
    >
      {views.length === 0 && <p>{words.t('list.viewNone')}</p>}
      <ul className="views">
        {views.map((v) => (
          <li key={v.id}>
            <span className="view-name">{v.name}</span>
            <span className="draft-acts">
              <Button
                small
                aria-label={words.t('list.viewReplaceNamed', { name: v.name })}
                onPress={() => void save({ ...v, query }, v).catch(fail)}
              >
                {words.t('list.viewReplace')}
              </Button>
              <Button
                small
                look="quiet"
                aria-label={words.t('list.viewDropNamed', { name: v.name })}
                onPress={() => {
                  document.querySelector<HTMLElement>('.dialog-foot .button')?.focus();
                  void drop(v);
                }}
              >
                {words.t('list.viewDrop')}
              </Button>
            </span>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
