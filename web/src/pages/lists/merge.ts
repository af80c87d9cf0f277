/** A page of a list, newest first, as the server sends it. */
export interface ListPage<T> {
  items: T[];
  /** From where to go on; undefined at the end. */
  next?: string | undefined;
  /** The search ended because its budget was used up, not because the page was full. */
  cut?: boolean | undefined;
}

interface Row {
  id: string;
}

/** How many rows of the newest page are newer than what is shown; undefined: more than the page has. */
export function newer<T extends Row>(shown: readonly ListPage<T>[], newest: ListPage<T>): number | undefined {
  const first = shown.flatMap((p) => p.items)[0];
  if (first === undefined) return newest.items.length;
  const at = newest.items.findIndex((row) => row.id === first.id);
  if (at >= 0) return at;
  // The first row was deleted, or does not match any more: compare by id, which grows with time.
  const older = newest.items.findIndex((row) => row.id < first.id);
  return older >= 0 ? older : newest.next === undefined ? newest.items.length : undefined;
}

/**
 * Puts the newest page on top of what is shown, and brings the rows that are in both up to date. If more came than a page
 * has, the list begins anew: a gap in it would look like the truth.
 */
export function merge<T extends Row>(shown: readonly ListPage<T>[], newest: ListPage<T>): ListPage<T>[] {
  const count = newer(shown, newest);
  const [first, ...rest] = shown;
  if (count === undefined || first === undefined) return [newest];
  const fresh = new Map(newest.items.map((row) => [row.id, row]));
  const known = new Set(shown.flatMap((p) => p.items.map((row) => row.id)));
  const update = (rows: T[]) => rows.map((row) => fresh.get(row.id) ?? row);
  const added = newest.items.slice(0, count).filter((row) => !known.has(row.id));
  return [
    { ...first, items: [...added, ...update(first.items)] },
    ...rest.map((p) => ({ ...p, items: update(p.items) })),
  ];
}
