import type { Doing, Offered } from '../../acts';
import type { ActKind, Item } from '../../bridge';
import { usePaper } from '../../papers';
import { type Key, useWords } from '../../text';
import { ActionMenu, Button, Icon, type MenuEntry } from '../../ui';

const DIRECT: ActKind[] = ['close', 'reopen', 'watch', 'unwatch'];

// placesOf names the places of buttons: what can be done next stands where its
// opposite stood, and keeps the focus of whoever has done that.
function placesOf(direct: Offered[]): string[] {
  const pairs = direct.map((o) => (o.kind === 'close' || o.kind === 'reopen' ? 'move' : 'follow'));
  return pairs.map((pair, i) => `${pair} ${pairs.slice(0, i).filter((p) => p === pair).length}`);
}

// HeadActs are what can be done with a request: what moves it on, and whether it is
// followed, by a button, the rest, and all of it where there is little room, in a menu.
// What was done and has not left stands in the place of its button.
export function HeadActs(props: {
  item: Item;
  offered: Offered[];
  doing: Doing;
  onAct: (kind: ActKind) => void;
  onWaiting: () => void; // to what is told of what waits
  onDuplicate?: () => void; // where there is something to begin with
  onRemoval?: () => void; // where a reply would be taken
}) {
  const words = useWords();
  const { item, offered, doing } = props;
  const paper = usePaper(item);
  const known = item.status === 'received' || item.status === 'cancelled';
  const labelOf = (o: Offered) => words.t(`acts.${o.waits ? 'waits' : 'label'}.${o.kind}` as Key);
  const entry = (o: Offered): MenuEntry => ({
    kind: 'act',
    id: o.kind,
    label: labelOf(o),
    run: () => (o.waits ? props.onWaiting() : props.onAct(o.kind)),
  });
  const print: MenuEntry = { kind: 'group', id: 'paper', label: words.t('papers.menu'), entries: paper };
  const duplicate: MenuEntry[] =
    known && props.onDuplicate
      ? [{ kind: 'act', id: 'duplicate', label: words.t('acts.duplicate'), run: props.onDuplicate }]
      : [];
  const removal: MenuEntry[] = props.onRemoval
    ? [{ kind: 'act', id: 'removal', label: words.t('removal.menu'), run: props.onRemoval }]
    : [];
  const shown = known ? offered : [];
  const direct = shown.filter((o) => DIRECT.includes(o.kind));
  const places = placesOf(direct);
  const rest = shown.filter((o) => !DIRECT.includes(o.kind));
  const more = (acts: Offered[]) => (
    <ActionMenu
      label={words.t('acts.more')}
      look="button plain"
      entries={[print, ...acts.map(entry), ...duplicate, ...removal]}
    >
      {words.t('acts.more')}
      <Icon name="down" size={16} />
    </ActionMenu>
  );
  return (
    <>
      <span className="acts-direct">
        {direct.map((o, i) => (
          <Button key={places[i]} busy={o.waits || doing.busy !== ''} onPress={() => props.onAct(o.kind)}>
            {labelOf(o)}
          </Button>
        ))}
        {more(rest)}
      </span>
      <span className="acts-all">{more(shown)}</span>
    </>
  );
}
