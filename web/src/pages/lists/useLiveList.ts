import { type InfiniteData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { type EventName, events } from '../../lib/events';
import { type ListPage, merge, newer } from './merge';

interface Options<T> {
  /** Names the list among all that is fetched; with the query. */
  queryKey: readonly unknown[];
  /** Fetches a page: the newest, or the one from a cursor on. */
  fetchPage: (before: string | undefined, signal: AbortSignal) => Promise<ListPage<T>>;
  /** The live events that may change the list. */
  listenTo: EventName;
  /** New rows are shown at once; else they are only counted. */
  follow: boolean;
}

/** At most once in this many milliseconds the newest page is asked for, however many events come. */
const interval = 1_000;

/**
 * A list that grows at its end by scrolling, and at its top by what happens. Events say only that something happened: the
 * newest page is then fetched, at most once a second, so a flood of calls costs no more than a few.
 */
export function useLiveList<T extends { id: string }>({ queryKey, fetchPage, listenTo, follow }: Options<T>) {
  const client = useQueryClient();
  const query = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) => fetchPage(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next,
    staleTime: Number.POSITIVE_INFINITY, // kept up to date by events
    gcTime: 60_000,
    refetchOnMount: 'always',
  });
  const [waiting, setWaiting] = useState<{ page: ListPage<T>; count: number | undefined }>();
  const name = JSON.stringify(queryKey);

  const show = useCallback(
    (page: ListPage<T>) => {
      client.setQueryData<InfiniteData<ListPage<T>, string | undefined>>(JSON.parse(name), (old) => {
        if (old === undefined) return old;
        const pages = merge(old.pages, page);
        return { pages, pageParams: old.pageParams.slice(0, pages.length) };
      });
      setWaiting(undefined);
    },
    [client, name],
  );

  const fetchRef = useRef(fetchPage);
  fetchRef.current = fetchPage;
  const followRef = useRef(follow);
  followRef.current = follow;
  const ready = query.isSuccess;
  useEffect(() => {
    if (!ready) return;
    const key: unknown[] = JSON.parse(name);
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let last = 0;
    const refresh = async () => {
      last = Date.now();
      try {
        const page = await fetchRef.current(undefined, abort.signal);
        if (abort.signal.aborted) return;
        const shown = client.getQueryData<InfiniteData<ListPage<T>>>(key)?.pages ?? [];
        const count = newer(shown, page);
        if (followRef.current || count === 0) show(page);
        else setWaiting({ page, count });
      } catch {
        // The next event asks again; that the server is away is said elsewhere.
      }
      timer = undefined;
    };
    const onEvent = () => {
      timer ??= setTimeout(refresh, Math.max(0, last + interval - Date.now()));
    };
    const stops = [events.listen(listenTo, onEvent), events.listen('gap', onEvent), events.listen('dropped', onEvent)];
    return () => {
      abort.abort();
      clearTimeout(timer);
      for (const stop of stops) stop();
      setWaiting(undefined);
    };
  }, [ready, name, listenTo, client, show]);

  const rows = query.data?.pages.flatMap((p) => p.items) ?? [];
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  return {
    rows,
    error: query.error,
    loading: query.isPending,
    loadingMore: isFetchingNextPage,
    complete: query.isSuccess && !hasNextPage,
    more,
    /** New rows that are not shown: how many (undefined: more than a page), and how to show them. */
    waiting: waiting && { count: waiting.count, show: () => show(waiting.page) },
  };
}
