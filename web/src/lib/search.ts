/** What the URL of a list says: the query that is written. An unknown parameter is dropped, a broken one too. */
export interface ListSearch {
  q?: string;
}

export function listSearch(raw: Record<string, unknown>): ListSearch {
  // The router reads a number or a truth value as such; in a query both are text.
  const q = typeof raw.q === 'number' || typeof raw.q === 'boolean' ? String(raw.q) : raw.q;
  return typeof q === 'string' && q.trim() !== '' ? { q } : {};
}

export type ExecutionView = 'steps' | 'timeline';

/** What the URL of an execution says: the view, and the step that is open. */
export interface ExecutionSearch {
  view?: ExecutionView;
  step?: number;
}

export function executionSearch(raw: Record<string, unknown>): ExecutionSearch {
  return {
    ...((raw.view === 'steps' || raw.view === 'timeline') && { view: raw.view }),
    ...(Number.isSafeInteger(raw.step) && { step: raw.step as number }),
  };
}
