import { test as base } from './desk';
import { Line } from './line';

// Tests that have a line between desk and portal.
export const lined = base.extend<{ line: Line }>({
  line: async ({ portal }, use) => {
    const line = new Line(portal.address);
    await line.start();
    await use(line);
    await line.stop();
  },
});

// onLine are those whose desk uses it.
export const onLine = lined.extend({
  desk: async ({ newDesk, line }, use) => {
    await use(await newDesk(line.address));
  },
});
