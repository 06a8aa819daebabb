import './bell.css';
import { useEffect, useRef, useState } from 'react';
import { reads, type Settings, useShared } from '../../bridge';
import { useWords } from '../../text';
import { Icon, Panel, Status } from '../../ui';
import { Notices } from './Notices';

const SETTLES = 1500; // ms in which several notices come together
const MANY = 99;

// Bell tells what has come from the portal, by number only: whoever passes the
// desk learns nothing of what a request is about. set changes a setting.
export function Bell({ set }: { set: (change: Partial<Settings>) => void }) {
  const words = useWords();
  const { data: notices } = useShared(reads.notices);
  const unread = notices?.filter((n) => !n.read).length ?? 0;
  return (
    <span data-tour="bell">
      <Panel
        label={words.t('bell.label', { count: unread })}
        title={words.t('bell.title')}
        look="head-button bell"
        sign={
          <>
            <Icon name="bell" size={22} />
            {unread > 0 && (
              <span className="bell-count figures" aria-hidden="true">
                {unread > MANY ? `${MANY}+` : unread}
              </span>
            )}
          </>
        }
      >
        {(close) => <Notices notices={notices ?? []} set={set} onDone={close} />}
      </Panel>
      <Arrivals unread={unread} last={notices && (notices[0]?.seq ?? 0)} />
    </span>
  );
}

// Arrivals says that something has come, once for all that comes together, and
// nothing of what was there when the window opened or has been read since.
function Arrivals({ unread, last }: { unread: number; last: number | undefined }) {
  const words = useWords();
  const told = useRef<number>(undefined);
  const [said, setSaid] = useState(0); // so many
  useEffect(() => {
    if (last === undefined) return;
    if (told.current === undefined || unread === 0) {
      told.current = last;
      setSaid(0);
      return;
    }
    if (last <= told.current) return;
    const timer = setTimeout(() => {
      told.current = last;
      setSaid(unread);
    }, SETTLES);
    return () => clearTimeout(timer);
  }, [unread, last]);
  return <Status className="sr">{said > 0 && words.t('bell.arrived', { count: said })}</Status>;
}
