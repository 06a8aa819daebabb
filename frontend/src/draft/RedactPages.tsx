import { useId, useLayoutEffect, useRef, useState } from 'react';
import { useWords } from '../text';
import { Banner, Button, Icon, Status } from '../ui';
import { type Area, MIDDLE, middleOf, on, type Sheet, type Step } from './boxes';
import { RedactPage } from './RedactPage';

// Pages shows one page of a file at a time, and what can be done on it.
export function Pages({
  src,
  sheet,
  page,
  pages,
  onPage,
  onLeaveOut,
  step,
}: {
  src: string;
  sheet: Sheet;
  page: number;
  pages: number;
  onPage: (page: number) => void;
  onLeaveOut: () => void;
  step: (step: Step) => void;
}) {
  const words = useWords();
  const [large, setLarge] = useState(false);
  const [tries, setTries] = useState(0);
  const address = tries ? `${src}&try=${tries}` : src;
  const [told, setTold] = useState({ address: '', there: false }); // by the picture
  const known = told.address === address;
  const hint = useId();
  const area = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page is shown from its top
  useLayoutEffect(() => {
    area.current?.scrollTo(0, 0);
  }, [page]);

  return (
    <>
      <div className="redact-tools">
        <Button
          small
          data-adds
          aria-disabled={known && told.there ? undefined : 'true'}
          onPress={() =>
            known &&
            told.there &&
            step({ do: 'add', page, area: area.current ? inSight(area.current) : MIDDLE })
          }
        >
          <Icon name="plus" />
          {words.t('redact.add')}
        </Button>
        <Button
          small
          aria-disabled={sheet.past.length ? undefined : 'true'}
          onPress={() => step({ do: 'undo' })}
        >
          {words.t('redact.undo')}
        </Button>
        <Button small aria-pressed={large} onPress={() => setLarge(!large)}>
          {words.t('redact.zoom')}
        </Button>
        {pages > 1 && <Turn page={page} pages={pages} onPage={onPage} />}
      </div>
      <Status className="redact-state">{!known && words.t('redact.loading')}</Status>
      {known && !told.there ? (
        <Banner
          tone="red"
          live
          title={words.t('redact.noPage')}
          acts={
            <>
              <Button small onPress={() => setTries(tries + 1)}>
                {words.t('redact.again')}
              </Button>
              <Button small onPress={onLeaveOut}>
                {words.t('seen.leaveOut')}
              </Button>
            </>
          }
        >
          <p>{words.t('redact.noPageHow')}</p>
        </Banner>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what is only looked at has to scroll by keyboard
        <div ref={area} className={large ? 'redact-area large' : 'redact-area'} tabIndex={0}>
          <RedactPage
            src={address}
            page={page}
            marks={on(sheet, page)}
            selected={sheet.selected}
            ready={known && told.there}
            hint={hint}
            onReady={(there) => setTold({ address, there })}
            step={step}
          />
        </div>
      )}
      <p className="redact-hint" id={hint}>
        {words.t('redact.keys')}
      </p>
    </>
  );
}

// inSight is where a new box begins: in the part of the page that is seen.
function inSight(area: HTMLElement): Area {
  const sheet = area.firstElementChild?.getBoundingClientRect();
  const seen = area.getBoundingClientRect();
  if (!sheet?.width || !sheet.height) return MIDDLE;
  const [left, top] = [Math.max(seen.left, sheet.left), Math.max(seen.top, sheet.top)];
  const [right, bottom] = [Math.min(seen.right, sheet.right), Math.min(seen.bottom, sheet.bottom)];
  return middleOf({
    x: (left - sheet.left) / sheet.width,
    y: (top - sheet.top) / sheet.height,
    w: (right - left) / sheet.width,
    h: (bottom - top) / sheet.height,
  });
}

function Turn({ page, pages, onPage }: { page: number; pages: number; onPage: (page: number) => void }) {
  const words = useWords();
  const turn = (to: number) => to >= 1 && to <= pages && onPage(to);
  return (
    <span className="redact-turn">
      <Button
        small
        icon
        aria-label={words.t('redact.previous')}
        aria-disabled={page === 1 ? 'true' : undefined}
        onPress={() => turn(page - 1)}
      >
        <Icon name="back" />
      </Button>
      <Status inline className="figures">
        {words.t('redact.of', { page, pages })}
      </Status>
      <Button
        small
        icon
        aria-label={words.t('redact.next')}
        aria-disabled={page === pages ? 'true' : undefined}
        onPress={() => turn(page + 1)}
      >
        <Icon name="forward" />
      </Button>
    </span>
  );
}
