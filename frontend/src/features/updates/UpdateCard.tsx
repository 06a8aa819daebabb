import { codeOf, reads, type Update, updates, useShared } from '../../bridge';
import { useWords, type Words } from '../../text';
import { Button, Status, useToast } from '../../ui';
import { foundOf, versionOf } from './UpdateLine';

// UpdateCard says how this Guichet stands to newer ones, and has somebody look now.
export function UpdateCard() {
  const words = useWords();
  const toast = useToast();
  const { data: update } = useShared(reads.update);
  if (!update || update.policy === 'off') return null;
  const look = () => {
    updates.check().catch((reason) => toast((w) => w.error(codeOf(reason))));
  };
  const refused = update.refused[0];
  return (
    <section className="card help-part" aria-labelledby="help-updates">
      <h2 id="help-updates">{words.t('update.title')}</h2>
      <Status>{stateOf(words, update)}</Status>
      {refused && <p>{words.t('update.takenBack', { version: refused })}</p>}
      <div className="help-acts">
        <Button busy={update.busy} onPress={look}>
          {words.t('update.look')}
        </Button>
      </div>
    </section>
  );
}

// stateOf is what the last look has found.
function stateOf(words: Words, u: Update): string {
  const when = u.checked ? words.when(u.checked) : '';
  if (u.busy) return words.t('update.looking');
  const found = foundOf(u);
  if (found) return words.t(`update.${found}`, { version: versionOf(u) });
  if (u.problem) return words.t('update.failed', { when });
  if (!when) return words.t('update.never', { version: u.version });
  return words.t('update.current', { version: u.version, when });
}
