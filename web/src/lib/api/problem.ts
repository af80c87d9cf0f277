import type { components } from './schema';

type Body = Partial<components['schemas']['Problem']>;

/** An answer of the server that says why it did not do what was asked (RFC 9457), or that there was no answer. */
export class Problem extends Error {
  /** HTTP status; 0: the server did not answer. */
  readonly status: number;
  readonly body: Body;

  constructor(status: number, body: Body) {
    super(body.detail ?? body.title ?? String(status));
    this.name = 'Problem';
    this.status = status;
    this.body = body;
  }
}

/** Whether the server could not be reached, so that asking again may help. */
export function isOffline(err: unknown): boolean {
  return err instanceof Problem && err.status === 0;
}

/** Turns the body of an answer into a Problem, whatever stands between the browser and the server has made of it. */
export function problemOf(status: number, body: unknown): Problem {
  if (body !== null && typeof body === 'object') return new Problem(status, body as Body);
  return new Problem(status, {});
}
