import { canTakeBack, type Doing, useActTale, useHeld, whyRefused } from '../../acts';
import type { Act, Request } from '../../bridge';
import { useNow } from '../../outbox';
import { useWords } from '../../text';
import { Banner, Button, Chip, focusPage } from '../../ui';

// PendingChips are the acts that have not left, beside where the request is.
export function PendingChips({ acts }: { acts: Act[] }) {
  const words = useWords();
  return acts.map((a) => (
    <Chip key={a.id} tone="amber">
      {words.coded('acts.waits', a.kind, 'acts.waits.other')}
    </Chip>
  ));
}

// Pending tells of the acts that something keeps from leaving, and of those that the
// portal did not take. Replies stand in the conversation.
export function Pending({ request, doing }: { request: Request; doing: Doing }) {
  const words = useWords();
  const held = useHeld(request.acts).filter((a) => a.kind !== 'reply');
  const back = request.acts.filter((a) => a.status === 'to-correct');
  return (
    <>
      {doing.failure && (
        <Banner
          tone="red"
          live
          title={doing.failure}
          acts={
            <Button small onPress={doing.settle}>
              {words.t('acts.understood')}
            </Button>
          }
        />
      )}
      {back.map((a) => (
        <Refused key={a.id} act={a} doing={doing} />
      ))}
      {held.map((a) => (
        <Held key={a.id} act={a} request={request} doing={doing} />
      ))}
    </>
  );
}

function Held({ act, request, doing }: { act: Act; request: Request; doing: Doing }) {
  const words = useWords();
  const tale = useActTale(act, request.item, useNow());
  const what = words.coded('acts.waits', act.kind, 'acts.waits.other');
  return (
    <Banner title={what}>
      <div className="act-row">
        <p>{tale}</p>
        {canTakeBack(act) && (
          <Button
            small
            busy={doing.busy !== ''}
            aria-label={words.t('acts.takeBackNamed', { what })}
            onPress={() => void leave(doing.takeBack(act.id))}
          >
            {words.t('acts.takeBack')}
          </Button>
        )}
      </div>
    </Banner>
  );
}

function Refused({ act, doing }: { act: Act; doing: Doing }) {
  const words = useWords();
  const what = words.coded('acts.refused', act.kind, 'acts.refused.other');
  return (
    <Banner
      tone="red"
      title={what}
      acts={
        <Button
          small
          busy={doing.busy !== ''}
          aria-label={words.t('acts.understoodNamed', { what })}
          onPress={() => void leave(doing.drop(act.id))}
        >
          {words.t('acts.understood')}
        </Button>
      }
    >
      <p>{whyRefused(words, act)}</p>
      {act.text && <p>{words.t('acts.yourReason', { text: act.text })}</p>}
    </Banner>
  );
}

// leave has the focus go on when what was pressed goes.
async function leave(done: Promise<boolean>): Promise<void> {
  if (await done) focusPage();
}
