import { useWords } from '../text';
import { Button, focusPage } from '../ui';
import { startTour } from './shown';

// TourLine offers the tour on the first page, until somebody has taken it or put it away.
export function TourLine({ onDone }: { onDone: () => void }) {
  const words = useWords();
  const done = (go: boolean) => {
    onDone();
    if (go) startTour();
    else focusPage();
  };
  return (
    <section className="first-line card" aria-label={words.t('tour.menu')}>
      <p>{words.t('tour.offer')}</p>
      <div className="first-line-acts">
        <Button small onPress={() => done(true)}>
          {words.t('tour.start')}
        </Button>
        <Button look="quiet" small onPress={() => done(false)}>
          {words.t('tour.no')}
        </Button>
      </div>
    </section>
  );
}
