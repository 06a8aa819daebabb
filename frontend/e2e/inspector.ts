import { writeFile } from 'node:fs/promises';
import { WebSocket } from 'ws';
import { until } from './process';

// The production window has no port that a browser could show it at. What is
// inside it is reached by WebKit's own inspector, which a program is started
// with by WEBKIT_INSPECTOR_HTTP_SERVER.

interface Answer {
  id?: number;
  method?: string;
  params?: { message?: string; targetInfo?: { type: string; targetId: string } };
  error?: { message: string };
  result?: Record<string, unknown>;
}

interface Value {
  type: string;
  className?: string;
  objectId?: string;
  description?: string;
  value?: unknown;
}

const ANSWERS_WITHIN = 30_000; // ms; a file dialog is waited for elsewhere

export class Inspector {
  private readonly socket: WebSocket;
  private readonly waiting = new Map<number, (answer: Answer) => void>();
  private last = 0;
  private target = '';

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data) => this.hear(JSON.parse(String(data)) as Answer));
  }

  // attach speaks to the page of the program whose inspector is at that port.
  static async attach(port: number): Promise<Inspector> {
    let path: string | undefined;
    await until(async () => {
      const list = await fetch(`http://127.0.0.1:${port}/`).then(
        (answer) => answer.text(),
        () => '', // not there yet
      );
      path = list.match(/\/socket\/\d+\/\d+\/WebPage/)?.[0];
      return path !== undefined;
    }, 'the inspector of the window');
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { maxPayload: 1 << 28 });
    const inspector = new Inspector(socket);
    await new Promise((done, fail) => socket.once('open', done).once('error', fail));
    await until(async () => inspector.target !== '', 'the page in the window');
    return inspector;
  }

  private hear(message: Answer): void {
    const info = message.params?.targetInfo;
    // Another process for the page is another target: the newest one counts.
    if (message.method === 'Target.targetCreated' && info?.type === 'page') this.target = info.targetId;
    if (message.method !== 'Target.dispatchMessageFromTarget') return;
    const inner = JSON.parse(message.params?.message ?? '{}') as Answer;
    if (inner.id === undefined) return;
    this.waiting.get(inner.id)?.(inner);
    this.waiting.delete(inner.id);
  }

  private send(method: string, params: object = {}): Promise<Record<string, unknown>> {
    const id = ++this.last;
    const message = JSON.stringify({ id, method, params });
    return new Promise((done, fail) => {
      const late = setTimeout(() => fail(new Error(`${method}: no answer`)), ANSWERS_WITHIN);
      this.waiting.set(id, (answer) => {
        clearTimeout(late);
        if (answer.error) fail(new Error(`${method}: ${answer.error.message}`));
        else done(answer.result ?? {});
      });
      this.socket.send(
        JSON.stringify({
          id: ++this.last,
          method: 'Target.sendMessageToTarget',
          params: { targetId: this.target, message },
        }),
      );
    });
  }

  // evaluate tells what an expression is in the page, promises awaited.
  async evaluate<T>(expression: string): Promise<T> {
    let answer = await this.send('Runtime.evaluate', { expression });
    const object = answer.result as Value | undefined;
    if (object?.className === 'Promise') {
      answer = await this.send('Runtime.awaitPromise', {
        promiseObjectId: object.objectId,
        returnByValue: true,
      });
    } else if (object?.objectId && !answer.wasThrown) {
      answer = await this.send('Runtime.callFunctionOn', {
        objectId: object.objectId,
        functionDeclaration: 'function () { return this; }',
        returnByValue: true,
      });
    }
    const value = answer.result as Value | undefined;
    if (answer.wasThrown) throw new Error(`${expression}: ${value?.description ?? JSON.stringify(value)}`);
    return value?.value as T;
  }

  // picture writes what the window shows.
  async picture(path: string, width: number, height: number): Promise<void> {
    await writeFile(path, Buffer.from(await this.png({ x: 0, y: 0, width, height }), 'base64'));
  }

  // png is what a part of the window shows, in base64.
  async png(part: { x: number; y: number; width: number; height: number }): Promise<string> {
    const { dataURL } = await this.send('Page.snapshotRect', { ...part, coordinateSystem: 'Viewport' });
    return String(dataURL).split(',')[1] ?? '';
  }

  close(): void {
    this.socket.close();
  }
}
