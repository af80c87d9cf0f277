import createClient, { type Middleware } from 'openapi-fetch';
import { Problem, problemOf } from './problem';
import type { components, paths } from './schema';

export type Schemas = components['schemas'];

/** The API of the server that this page came from. Use it through `answer`. */
export const api = createClient<paths>({ baseUrl: '/', credentials: 'same-origin' });

const signedOut = new Set<() => void>();

/** Calls back whenever the server says that nobody is signed in. Returns how to end that. */
export function onSignedOut(callback: () => void): () => void {
  signedOut.add(callback);
  return () => signedOut.delete(callback);
}

const watchSession: Middleware = {
  onResponse({ request, response }) {
    const asks = new URL(request.url).pathname;
    if (response.status === 401 && asks !== '/api/login') for (const tell of signedOut) tell();
    return undefined;
  },
};
api.use(watchSession);

type Answer<T> = { data?: T; error?: unknown; response: Response };

/** Waits for an answer and returns its content. Throws a Problem for every other answer, and for none. */
export async function answer<T>(asked: Promise<Answer<T>>): Promise<T> {
  let got: Answer<T>;
  try {
    got = await asked;
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new Problem(0, {});
  }
  if (!got.response.ok) throw problemOf(got.response.status, got.error);
  return got.data as T;
}
