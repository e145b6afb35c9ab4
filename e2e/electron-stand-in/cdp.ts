/** Chromium's DevTools protocol over one socket: commands answered by promise, events by session. */

type Message = {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
  readonly method?: string;
  readonly params?: unknown;
  readonly sessionId?: string;
};
type Waiting = { readonly method: string; done(result: unknown): void; fail(error: Error): void };
type Listener = (params: never) => void;

/** Whether a failure only says that the page or the browser went away meanwhile, which at the end of a run is no failure. */
export class CdpClosed extends Error {}

export class Cdp {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, Waiting>();
  readonly #listeners = new Map<string, Set<Listener>>();
  /** Settles when the connection has ended, for whatever reason. */
  readonly closed: Promise<void>;
  #lastId = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', event => this.#receive(JSON.parse(String(event.data)) as Message)); // Chromium is the only speaker here.
    this.closed = new Promise(resolve => socket.addEventListener('close', () => resolve()));
    socket.addEventListener('close', () => {
      const waiting = [...this.#waiting.values()];
      this.#waiting.clear();
      for (const { method, fail } of waiting) fail(new CdpClosed(`${method}: Chromium went away.`));
    });
  }

  static connect(url: string): Promise<Cdp> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(url);
      socket.addEventListener('open', () => resolve(new Cdp(socket)), { once: true });
      socket.addEventListener('error', () => reject(new Error(`No DevTools connection at ${url}.`)), { once: true });
    });
  }

  /** `Result` is what the protocol's documentation says the method answers. */
  send<Result = unknown>(method: string, params: object = {}, sessionId?: string): Promise<Result> {
    return new Promise((resolve, reject) => {
      if (this.#socket.readyState !== WebSocket.OPEN) return reject(new CdpClosed(`${method}: Chromium is gone.`));
      const id = ++this.#lastId;
      this.#waiting.set(id, { method, done: result => resolve(result as Result), fail: reject }); // See above.
      this.#socket.send(JSON.stringify({ id, method, params, ...(sessionId !== undefined && { sessionId }) }));
    });
  }

  /** Sends without waiting, for what a closing page may no longer answer. Other failures are printed. */
  post(method: string, params: object, sessionId?: string): void {
    this.send(method, params, sessionId).catch((error: unknown) => {
      const gone = error instanceof CdpClosed || /Cannot find context|Session with given id|No target with given id|Target closed/.test(String(error));
      if (!gone) console.error('stand-in:', error);
    });
  }

  /** `sessionId` empty for the browser itself. `Params` is what the protocol's documentation says the event carries. Returns stop. */
  on<Params>(sessionId: string, method: string, listener: (params: Params) => void): () => void {
    const key = `${sessionId}:${method}`;
    const listeners = this.#listeners.get(key) ?? new Set<Listener>();
    this.#listeners.set(key, listeners);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  #receive(message: Message): void {
    if (message.id !== undefined) {
      const waiting = this.#waiting.get(message.id);
      this.#waiting.delete(message.id);
      if (message.error) waiting?.fail(new Error(`${waiting.method}: ${message.error.message}`));
      else waiting?.done(message.result);
      return;
    }
    const listeners = this.#listeners.get(`${message.sessionId ?? ''}:${message.method}`);
    for (const listener of [...(listeners ?? [])]) listener(message.params as never); // Each listener says what its event carries.
  }
}
