import { useState } from 'react';
import { reads, type Settings, useShared } from '../../bridge';
import { useWords, type Words } from '../../text';
import { Button, Checkbox, Dialog, Icon, Status } from '../../ui';
import { chosen, columns, nameOf } from './columns';

type Set = (change: Partial<Settings>) => void;

// ColumnsButton opens the choice of columns. A narrow window has none.
export function ColumnsButton({ set }: { set: Set }) {
  const words = useWords();
  const [open, setOpen] = useState(false);
  return (
    <span className="list-columns">
      <Button look="quiet" small onPress={() => setOpen(true)}>
        {words.t('list.columns')}
      </Button>
      {open && <Columns set={set} onClose={() => setOpen(false)} />}
    </span>
  );
}

function Columns({ set, onClose }: { set: Set; onClose: () => void }) {
  const words = useWords();
  const { data: settings } = useShared(reads.settings);
  const { data: person } = useShared(reads.person);
  const shown = chosen(settings?.columns, person).map((c) => c.key);
  const [moved, setMoved] = useState<(w: Words) => string>();
  const rest = columns.map((c) => c.key).filter((key) => !shown.includes(key));
  const show = (key: string, on: boolean) => {
    setMoved(undefined);
    set({ columns: on ? [...shown, key] : shown.filter((k) => k !== key) });
  };
  const move = (key: string, by: number) => {
    const from = shown.indexOf(key);
    const to = from + by;
    if (to < 0 || to >= shown.length) return;
    const next = shown.filter((k) => k !== key);
    next.splice(to, 0, key);
    set({ columns: next });
    setMoved(
      () => (w: Words) => w.t('list.columnMoved', { name: nameOf(w, key), n: to + 1, of: shown.length }),
    );
  };
  return (
    <Dialog
      title={words.t('list.columnsTitle')}
      onClose={onClose}
      foot={
        <>
          <Button
            onPress={() => {
              set({ columns: [] });
              setMoved(undefined);
            }}
          >
            {words.t('list.columnsUsual')}
          </Button>
          <Button look="go" onPress={onClose}>
            {words.t('list.close')}
          </Button>
        </>
      }
    >
      <p>{words.t('list.columnsHint')}</p>
      <ul className="columns">
        {[...shown, ...rest].map((key) => {
          const name = nameOf(words, key);
          const at = shown.indexOf(key);
          return (
            <li key={key}>
              <Checkbox checked={at >= 0} disabled={key === 'subject'} onChange={(on) => show(key, on)}>
                {name}
              </Checkbox>
              {at >= 0 && (
                <span className="columns-move">
                  <Button
                    small
                    icon
                    look="quiet"
                    aria-disabled={at === 0}
                    aria-label={words.t('list.columnUp', { name })}
                    onPress={() => move(key, -1)}
                  >
                    <Icon name="up" />
                  </Button>
                  <Button
                    small
                    icon
                    look="quiet"
                    aria-disabled={at === shown.length - 1}
                    aria-label={words.t('list.columnDown', { name })}
                    onPress={() => move(key, 1)}
                  >
                    <Icon name="down" />
                  </Button>
                </span>
              )}
            </li>
          );
        })}
      </ul>
      <Status className="sr">{moved?.(words)}</Status>
    </Dialog>
  );
}
