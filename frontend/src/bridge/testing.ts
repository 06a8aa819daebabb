import type { Topic } from './events';

// programEvents stands in the place of the program's events, and returns how to tell
// the window that something changed.
export function programEvents(): (topic: Topic) => void {
  listeners.clear();
  Object.assign(window, {
    runtime: {
      EventsOnMultiple: (name: string, listener: Listener) => {
        listeners.set(name, listener);
        return () => listeners.get(name) === listener && listeners.delete(name);
      },
    },
  });
  return (topic) => programTells('changed', topic);
}

type Listener = (data: unknown) => void;
const listeners = new Map<string, Listener>();

// programTells is any other event of the program.
export function programTells(name: string, data: unknown): void {
  listeners.get(name)?.(data);
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
