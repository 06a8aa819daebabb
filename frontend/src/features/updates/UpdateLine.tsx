import { codeOf, reads, type Update, updates, useShared } from '../../bridge';
import { useWords } from '../../text';
import { Banner, Button, useToast } from '../../ui';

// UpdateLine says on the first page that a newer Guichet is there, once a day at the
// most: it stops nobody, and nothing restarts by itself.
export function UpdateLine() {
  const words = useWords();
  const toast = useToast();
  const { data: update } = useShared(reads.update);
  const kind = update && kindOf(update);
  if (!update || !kind) return null;
  const doing = (act: Promise<void>) => {
    act.catch((reason) => toast((w) => w.error(codeOf(reason))));
  };
  const later = async () => {
    await updates.later();
    await reads.update.refresh();
  };
  const notes = words.label(update.notes);
  return (
    <div className="update-line">
      <Banner
        tone={update.urgent ? 'amber' : 'blue'}
        title={words.t(`update.${kind}`, { version: versionOf(update) })}
        acts={
          <>
            <Button look="quiet" small onPress={() => doing(later())}>
              {words.t('update.later')}
            </Button>
            {kind === 'staged' && (
              <Button small onPress={() => doing(updates.restart())}>
                {words.t('update.restart')}
              </Button>
            )}
            {kind === 'available' && (
              <Button small busy={update.busy} onPress={() => doing(updates.fetch())}>
                {words.t(update.busy ? 'update.fetching' : 'update.fetch')}
              </Button>
            )}
          </>
        }
      >
        {notes && <p>{notes}</p>}
      </Banner>
    </div>
  );
}

type Kind = 'staged' | 'available' | 'machine';

// foundOf is what the last look has found, if there is anything newer.
export function foundOf(u: Update): Kind | undefined {
  if (u.staged) return 'staged';
  if (!u.offer || u.refused.includes(u.offer)) return undefined;
  return u.scope === 'machine' ? 'machine' : 'available';
}

// kindOf is what there is to say of updates, if anything. With the automatic policy
// nothing is said before the new version lies ready.
export function kindOf(u: Update): Kind | undefined {
  const found = foundOf(u);
  if (u.quiet || (found === 'available' && u.policy !== 'notify')) return undefined;
  return found;
}

// versionOf is that of what was found.
export const versionOf = (u: Update) => u.staged || u.offer;
