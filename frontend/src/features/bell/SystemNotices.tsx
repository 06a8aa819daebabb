import { useId, useState } from 'react';
import { reads, type Settings, useShared } from '../../bridge';
import { useWords } from '../../text';
import { Icon } from '../../ui';

const kinds = ['answer', 'status', 'watcher'] as const;

// SystemNotices is of which kinds the system tells as well, outside the window.
// The bell itself tells of all.
export function SystemNotices({ set }: { set: (change: Partial<Settings>) => void }) {
  const words = useWords();
  const id = useId();
  const [open, setOpen] = useState(false);
  const { data: settings } = useShared(reads.settings);
  const quiet = settings?.quiet ?? [];
  return (
    <div className="bell-foot">
      <button
        type="button"
        className="button quiet small"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen((o) => !o)}
      >
        {words.t('bell.system')}
        <Icon name="down" size={16} />
      </button>
      <fieldset id={id} className="bell-kinds" hidden={!open}>
        <legend className="row-line">{words.t('bell.systemHint')}</legend>
        {kinds.map((k) => (
          <label key={k} className="bell-kind">
            <input
              type="checkbox"
              checked={!quiet.includes(k)}
              onChange={(event) =>
                set({ quiet: event.target.checked ? quiet.filter((q) => q !== k) : [...quiet, k] })
              }
            />
            {words.t(`bell.kind.${k}`)}
          </label>
        ))}
      </fieldset>
    </div>
  );
}
