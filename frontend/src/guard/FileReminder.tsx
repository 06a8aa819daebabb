import { useState } from 'react';
import { useWords } from '../text';
import { Banner, Button } from '../ui';
import { speaksOfFile } from './speaks';

export interface Reminder {
  due: () => boolean; // a file is spoken of, and none is there
  show: () => void;
  close: () => void;
  shown: number; // times that it was asked for, 0 while it is not in sight
}

// useFileReminder reminds of a file that somebody speaks of and has not attached, on
// the page where they wanted to send. Once its reason is gone it is over.
export function useFileReminder(page: string, texts: string[], files: number): Reminder {
  const [asked, setAsked] = useState({ page, times: 0 });
  const due = () => files === 0 && texts.some(speaksOfFile);
  const over = asked.times > 0 && (asked.page !== page || !due());
  if (over) setAsked({ page, times: 0 });
  const times = over ? 0 : asked.times;
  return {
    due,
    show: () => setAsked({ page, times: times + 1 }),
    close: () => setAsked({ page, times: 0 }),
    shown: times,
  };
}

// FileReminder stands where « Envoyer » was pressed, and stops nobody.
export function FileReminder({ reminder, onSend }: { reminder: Reminder; onSend: () => void }) {
  const words = useWords();
  if (reminder.shown === 0) return null;
  // This button goes once a file is there: the one that is pressed by it gets the focus back.
  const attach = () => {
    const files = document.getElementById('field-files');
    files?.focus();
    files?.click();
  };
  return (
    <div className="guard-reminder" key={reminder.shown}>
      <Banner
        live
        title={words.t('guard.noFile')}
        acts={
          <>
            <Button small autoFocus onPress={attach}>
              {words.t('acts.attach')}
            </Button>
            <Button
              small
              onPress={() => {
                reminder.close();
                onSend();
              }}
            >
              {words.t('guard.sendWithout')}
            </Button>
          </>
        }
      />
    </div>
  );
}
