// Help that is in the window itself: about the screen that is open, and a tour.
import { lazy, Suspense } from 'react';
import { closeHelp, startTour, useShown } from './shown';
import { useTopicOf } from './topic';

export { openGuide } from './shown';
export { TourLine } from './TourLine';
export { useTopic } from './topic';

const Guide = lazy(() => import('./Guide').then((m) => ({ default: m.Guide })));
const Tour = lazy(() => import('./Tour').then((m) => ({ default: m.Tour })));

// Help is what is open of it, above the page at that place.
export function Help({ place }: { place: string }) {
  const shown = useShown();
  const topic = useTopicOf(place);
  return (
    <Suspense>
      {shown === 'guide' && <Guide topic={topic} onTour={startTour} onClose={closeHelp} />}
      {shown === 'tour' && <Tour onEnd={closeHelp} />}
    </Suspense>
  );
}
