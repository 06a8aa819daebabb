import type { ReactNode } from 'react';
import type { Item } from '../bridge';
import { isEntrusted, mayHaveArrived, titleOf } from '../request';
import { useWords } from '../text';
import { Banner, Button, Dialog, Status } from '../ui';
import { ask } from '../who';
import type { Acts } from './useActs';
import { mend, waits } from './waiting';

// ActButtons are what can be done with a request that has not arrived: change it,
// keep a copy, stop its sending. named: there are others like it on the page. What else there is
// to do stands before the last one.
export function ActButtons({
  item,
  acts,
  named,
  children,
}: {
  item: Item;
  acts: Acts;
  named?: boolean;
  children?: ReactNode;
}) {
  const words = useWords();
  const title = titleOf(words, item);
  return (
    <>
      <GiveButton item={item} named={named} />
      <CorrectButton item={item} acts={acts} named={named} />
      {item.status !== 'received' && (
        <Button
          small={named}
          busy={acts.doing !== ''}
          aria-label={named ? words.t('outbox.exportNamed', { title }) : undefined}
          onPress={acts.save}
        >
          {words.t('outbox.export')}
        </Button>
      )}
      {children}
      {mend(item) && (
        <Button
          look="quiet"
          small={named}
          busy={acts.doing !== ''}
          aria-label={named ? words.t('outbox.cancelNamed', { title }) : undefined}
          onPress={() => acts.ask(true)}
        >
          {words.t('outbox.cancel')}
        </Button>
      )}
    </>
  );
}

// GiveButton hands a request that only an administrator can send to one.
export function GiveButton({ item, named }: { item: Item; named?: boolean }) {
  const words = useWords();
  if (!isEntrusted(item)) return null;
  const title = titleOf(words, item);
  return (
    <Button
      small={named}
      look="go"
      aria-label={named ? words.t('give.named', { title }) : undefined}
      onPress={() => ask({ kind: 'give', item, title })}
    >
      {words.t('give.menu')}
    </Button>
  );
}

// CorrectButton opens a request that has not arrived as a draft again.
export function CorrectButton({ item, acts, named }: { item: Item; acts: Acts; named?: boolean }) {
  const words = useWords();
  const way = mend(item);
  if (!way) return null;
  const correct = way === 'correct';
  const name = words.t(correct ? 'list.correctNamed' : 'outbox.editNamed', { title: titleOf(words, item) });
  return (
    <Button
      small={named}
      look={item.status === 'to-correct' && !isEntrusted(item) ? 'go' : 'plain'}
      busy={acts.doing !== ''}
      aria-label={named ? name : undefined}
      onPress={acts.edit}
    >
      {words.t(correct ? 'list.correct' : 'outbox.edit')}
    </Button>
  );
}

// ActNotes tell what became of an act, and ask before a sending is cancelled.
export function ActNotes({ item, acts }: { item: Item; acts: Acts }) {
  const words = useWords();
  const { doing } = acts;
  const asking = acts.asking && mend(item) !== undefined; // it may have arrived meanwhile
  const asks = (doing === 'edit' && item.status !== 'to-correct') || doing === 'cancel';
  return (
    <div className="act-notes">
      <Status className="act-busy">
        {doing === 'export' && words.t('outbox.exporting')}
        {asks && !asking && words.t(mayHaveArrived(item) ? 'outbox.asking' : 'app.loading')}
      </Status>
      {acts.failure && (
        <Banner
          tone="red"
          live
          title={acts.failure}
          acts={
            <Button small onPress={acts.settle}>
              {words.t('export.close')}
            </Button>
          }
        />
      )}
      {acts.exported && <Exported item={item} acts={acts} />}
      {asking && <CancelDialog item={item} acts={acts} />}
    </div>
  );
}

function Exported({ item, acts }: { item: Item; acts: Acts }) {
  const words = useWords();
  return (
    <Banner
      tone="blue"
      live
      title={words.t('export.done')}
      acts={
        <Button small onPress={acts.settle}>
          {words.t('export.close')}
        </Button>
      }
    >
      <p className="act-path">{acts.exported}</p>
      {waits(item) && <p>{words.t('export.doneWaiting')}</p>}
      {item.status === 'to-correct' && <p>{words.t('export.doneCorrect')}</p>}
      {item.status === 'received' && <p>{words.t('export.doneReceived')}</p>}
    </Banner>
  );
}

// CancelDialog asks, since a sending that is cancelled cannot be taken up again.
function CancelDialog({ item, acts }: { item: Item; acts: Acts }) {
  const words = useWords();
  const busy = acts.doing !== '';
  const asks = mayHaveArrived(item);
  const mended = mend(item) === 'correct';
  const leave = () => acts.ask(false);
  return (
    <Dialog
      title={words.t('outbox.cancelTitle')}
      onClose={leave}
      locked={busy}
      foot={
        <>
          <Button busy={busy} onPress={acts.cancel}>
            {words.t('outbox.cancel')}
          </Button>
          <Button
            busy={busy}
            onPress={() => {
              leave();
              acts.edit();
            }}
          >
            {words.t(mended ? 'list.correct' : 'outbox.edit')}
          </Button>
          <Button look="go" busy={busy} onPress={leave} autoFocus>
            {words.t(waits(item) ? 'outbox.keep' : 'outbox.keepCorrect')}
          </Button>
        </>
      }
    >
      <p>{words.t(asks ? 'outbox.cancelTextAsk' : 'outbox.cancelText', { title: titleOf(words, item) })}</p>
      <p>{words.t(mended ? 'outbox.cancelCorrect' : asks ? 'outbox.cancelEditAsk' : 'outbox.cancelEdit')}</p>
      <Status>{busy && words.t(asks ? 'outbox.asking' : 'app.loading')}</Status>
    </Dialog>
  );
}
