import type { Schemas } from '../../lib/api/client';
import { instantOf } from '../../lib/instant';

/** The time that a timeline shows, in milliseconds. */
export interface Span {
  from: number;
  length: number;
}

type Times = Pick<Schemas['Step'], 'startedAt' | 'finishedAt'>;

/** From the creation of an execution to its end, or to the latest instant that is known while it runs. */
export function spanOf(createdAt: string, finishedAt: string | undefined, steps: readonly Times[]): Span {
  const from = instantOf(createdAt);
  let to = finishedAt === undefined ? from : instantOf(finishedAt);
  for (const step of steps) {
    const last = step.finishedAt ?? step.startedAt;
    if (last !== undefined) to = Math.max(to, instantOf(last));
  }
  return { from, length: to - from };
}

/** Where the bar of a step begins and how wide it is, in percent. One that has not ended reaches to the end. */
export function barOf(step: Times, span: Span): { start: number; width: number } {
  if (step.startedAt === undefined || span.length === 0) return { start: 0, width: 0 };
  const start = ((instantOf(step.startedAt) - span.from) / span.length) * 100;
  const end = step.finishedAt === undefined ? 100 : ((instantOf(step.finishedAt) - span.from) / span.length) * 100;
  return { start: Math.min(Math.max(start, 0), 100), width: Math.min(Math.max(end - start, 0), 100) };
}
