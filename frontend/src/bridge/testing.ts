import type { Topic } from './events';

// programEvents stands in the place of the program's events, and returns how to tell
// the window that something changed.
export function programEvents(): (topic: Topic) => void {
  let tell: (topic: Topic) => void = () => {};
  Object.assign(window, {
    runtime: {
      EventsOnMultiple: (name: string, listener: (topic: Topic) => void) => {
        if (name === 'changed') tell = listener;
      },
    },
  });
  return (topic) => tell(topic);
}
