/**
 * The live events of the server: one stream for the whole page, open while somebody listens.
 *
 * The browser reconnects by itself after a cut, with the id of the last event, and the server sends what was missed.
 * Only when the server refuses the stream does the browser give up; then this module tries again, at growing intervals.
 */

export type StreamState = 'closed' | 'connecting' | 'open';
export type EventName = 'delivery' | 'execution' | 'dropped' | 'gap';
type Listener = (data: unknown) => void;

const shortestPause = 1_000;
const longestPause = 30_000;

export class EventStream {
  private source: EventSource | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private pause = shortestPause;
  private readonly listeners = new Map<EventName, Set<Listener>>();
  private current: StreamState = 'closed';

  constructor(
    private readonly url: string,
    private readonly open: (url: string) => EventSource = (at) => new EventSource(at),
  ) {}

  get state(): StreamState {
    return this.current;
  }

  /** Calls back on each event of a name, with its data. Returns how to end that. */
  listen(name: EventName, callback: Listener): () => void {
    const all = this.listeners.get(name) ?? new Set<Listener>();
    this.listeners.set(name, all.add(callback));
    if (this.source === undefined && this.timer === undefined) this.connect();
    return () => {
      all.delete(callback);
      if ([...this.listeners.values()].every((set) => set.size === 0)) this.close();
    };
  }

  private connect() {
    this.timer = undefined;
    this.current = 'connecting';
    const source = this.open(this.url);
    this.source = source;
    source.onopen = () => {
      this.pause = shortestPause;
      this.current = 'open';
    };
    source.onerror = () => {
      this.current = 'connecting';
      if (source.readyState !== source.CLOSED) return; // the browser tries again
      this.source = undefined;
      this.timer = setTimeout(() => this.connect(), this.pause);
      this.pause = Math.min(longestPause, this.pause * 2);
    };
    for (const name of ['delivery', 'execution', 'dropped', 'gap'] as const) {
      source.addEventListener(name, (event) => this.dispatch(name, event));
    }
  }

  private dispatch(name: EventName, event: MessageEvent<string>) {
    const all = this.listeners.get(name);
    if (all === undefined || all.size === 0) return;
    const data: unknown = JSON.parse(event.data);
    for (const tell of all) tell(data);
  }

  private close() {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.source?.close();
    this.source = undefined;
    this.pause = shortestPause;
    this.current = 'closed';
  }
}

/** The stream of this page. */
export const events = new EventStream('/api/tail');
