import type { ReactNode } from 'react';
import { type Key, useWords } from '../text';
import { Button, useCommands } from '../ui';
import type { Attaching } from './Attach';
import type { Asked } from './Questions';

// RoadProps is what either road to a request is given: both are views of one draft.
export interface RoadProps extends Asked {
  incoming: Attaching;
  sending: boolean;
  onPreview: () => void;
  onSend: () => void;
  acts?: ReactNode; // what else can be done with the draft
  reminder?: ReactNode; // before it is sent
}

// SendButtons are the end of either road; what goes on there sends.
export function SendButtons({
  preview,
  sending,
  onPreview,
  onSend,
}: Pick<RoadProps, 'sending' | 'onPreview' | 'onSend'> & { preview: Key }) {
  const words = useWords();
  useCommands([
    {
      id: 'go-on',
      label: words.t('draft.send'),
      keys: 'mod+enter',
      run: () => !sending && onSend(),
      page: true,
    },
  ]);
  return (
    <>
      <Button onPress={onPreview}>{words.t(preview)}</Button>
      <Button look="go" onPress={onSend} busy={sending} shortcut={words.shortcut('mod+enter')}>
        {words.t('draft.send')}
      </Button>
    </>
  );
}
