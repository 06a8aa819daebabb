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

// program stands in the place of the program's methods, by names like
// "Session.SignIn"; what is not given has no answer. An error is thrown as the
// program does, as JSON.
export function program(methods: Record<string, (...args: never[]) => unknown>): void {
  const app: Record<string, Record<string, (...args: unknown[]) => Promise<unknown>>> = {};
  for (const [name, method] of Object.entries(methods)) {
    const [service = '', call = ''] = name.split('.');
    app[service] = {
      ...app[service],
      [call]: async (...args) => (method as (...args: unknown[]) => unknown)(...args),
    };
  }
  Object.assign(window, { go: { app } });
}

// refuse is what a method of the program fails with.
export function refuse(code: string, problems: object[] = []): never {
  throw JSON.stringify({ code, problems, revision: 0 });
}
