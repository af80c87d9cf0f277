import { beforeEach, expect, test, vi } from 'vitest';
import { EventStream } from './events';

class FakeSource {
  static all: FakeSource[] = [];
  readonly CLOSED = 2;
  readyState = 0;
  onopen: (() => void) | undefined;
  onerror: (() => void) | undefined;
  private readonly on = new Map<string, (event: { data: string }) => void>();

  constructor() {
    FakeSource.all.push(this);
  }
  addEventListener(name: string, callback: (event: { data: string }) => void) {
    this.on.set(name, callback);
  }
  send(name: string, data: unknown) {
    this.on.get(name)?.({ data: JSON.stringify(data) });
  }
  fail(closed: boolean) {
    this.readyState = closed ? 2 : 0;
    this.onerror?.();
  }
  close() {
    this.readyState = 2;
  }
}

const newest = () => FakeSource.all.at(-1) as FakeSource;
const stream = () => new EventStream('/x', () => new FakeSource() as unknown as EventSource);

beforeEach(() => {
  FakeSource.all = [];
  vi.useFakeTimers();
});

test('all listeners share one stream, which is open while there is one', () => {
  const s = stream();
  const got: unknown[] = [];
  const first = s.listen('delivery', (d) => got.push(['first', d]));
  const second = s.listen('delivery', (d) => got.push(['second', d]));
  newest().onopen?.();
  expect(s.state).toBe('open');
  newest().send('delivery', { id: 1 });
  newest().send('execution', { id: 2 });
  expect(got).toEqual([
    ['first', { id: 1 }],
    ['second', { id: 1 }],
  ]);
  first();
  expect(s.state).toBe('open');
  second();
  expect(s.state).toBe('closed');
  expect(FakeSource.all).toHaveLength(1);
  expect(newest().readyState).toBe(2);
});

test('the browser reconnects by itself; when it gives up, the stream tries again, ever later', () => {
  const s = stream();
  const stop = s.listen('delivery', () => {});
  newest().fail(false);
  vi.advanceTimersByTime(60_000);
  expect(FakeSource.all).toHaveLength(1);
  for (const [pause, count] of [
    [1_000, 2],
    [2_000, 3],
    [4_000, 4],
  ] as const) {
    newest().fail(true);
    vi.advanceTimersByTime(pause - 1);
    expect(FakeSource.all).toHaveLength(count - 1);
    vi.advanceTimersByTime(1);
    expect(FakeSource.all).toHaveLength(count);
  }
  newest().fail(true);
  stop();
  vi.advanceTimersByTime(60_000);
  expect(FakeSource.all).toHaveLength(4);
  expect(s.state).toBe('closed');
});
