import { useState } from 'react';
import type { Doing } from '../../acts';
import { acts, type Member, type Request, useRead } from '../../bridge';
import { matches, useWords } from '../../text';
import { Banner, Button, Checkbox, Dialog, Search, Status } from '../../ui';

const MANY = 8; // people from which on they are searched

// followersOf finds who follows among the members. Whoever does not belong to the
// practice any more is lost.
export function followersOf(watchers: Member[], members: Member[]): { ids: string[]; lost: string[] } {
  const known = new Set(members.map((m) => m.id));
  return {
    ids: watchers.filter((w) => known.has(w.id)).map((w) => w.id),
    lost: watchers.filter((w) => !known.has(w.id)).map((w) => w.name),
  };
}

// WatchersDialog has an Admin choose who follows a request, among the members of its
// practice.
export function WatchersDialog(props: {
  request: Request;
  doing: Doing;
  onClose: () => void;
  onDone: () => void;
}) {
  const { request, doing, onClose, onDone } = props;
  const words = useWords();
  const { data: members, error, refresh } = useRead(() => acts.members(request.item.practice), ['session']);
  const [chosen, setChosen] = useState<string[]>();
  const busy = doing.busy !== '';
  const before = followersOf(request.watchers, members ?? []);
  const ticked = chosen ?? before.ids;
  const save = async () => {
    if (await doing.run('watchers', '', ticked)) onDone();
  };
  const offline = error?.code === 'offline' || error?.code === 'timeout';
  return (
    <Dialog
      title={words.t('acts.watchers.title')}
      onClose={onClose}
      locked={busy}
      foot={
        <>
          <Button busy={busy} onPress={onClose} autoFocus>
            {words.t('acts.cancel')}
          </Button>
          {error && !members && (
            <Button look="go" onPress={() => void refresh()}>
              {words.t('error.retry')}
            </Button>
          )}
          {members && (
            <Button look="go" busy={busy} onPress={() => void save()}>
              {words.t('acts.watchers.go')}
            </Button>
          )}
        </>
      }
    >
      <div className="members-dialog">
        <p>{words.t('acts.watchers.text')}</p>
        <Status>{!members && !error && words.t('app.loading')}</Status>
        {!members && error && (
          <Banner live title={offline ? words.t('acts.watchers.offline') : words.error(error.code)} />
        )}
        {before.lost.length > 0 && members && (
          <Banner title={words.t('acts.watchers.lost', { names: words.list(before.lost) })} />
        )}
        {members && <Members members={members} ticked={ticked} onTick={setChosen} />}
        <p role="alert">{doing.failure}</p>
      </div>
    </Dialog>
  );
}

function Members(props: { members: Member[]; ticked: string[]; onTick: (ids: string[]) => void }) {
  const words = useWords();
  const [query, setQuery] = useState('');
  const { members, ticked, onTick } = props;
  const found = members.filter((m) => matches(query, [m.name]));
  return (
    <>
      {members.length >= MANY && (
        <Search label={words.t('acts.watchers.search')} value={query} onChange={setQuery} />
      )}
      <ul className="members" aria-label={words.t('acts.watchers.list')}>
        {found.map((m) => (
          <li key={m.id}>
            <Checkbox
              checked={ticked.includes(m.id)}
              onChange={(on) => onTick(on ? [...ticked, m.id] : ticked.filter((id) => id !== m.id))}
            >
              {m.name}
            </Checkbox>
          </li>
        ))}
      </ul>
      <Status>{found.length === 0 && words.t('acts.watchers.none')}</Status>
    </>
  );
}
