import { useSyncExternalStore } from 'react';

/** A value that components share. */
export interface Store<T> {
  get(): T;
  set(next: T): void;
  subscribe(tell: () => void): () => void;
}

export function createStore<T>(first: T): Store<T> {
  let value = first;
  const watchers = new Set<() => void>();
  return {
    get: () => value,
    set: (next) => {
      if (Object.is(value, next)) return;
      value = next;
      for (const tell of watchers) tell();
    },
    subscribe: (tell) => {
      watchers.add(tell);
      return () => watchers.delete(tell);
    },
  };
}

/** The value of a store; the component is rendered again when it changes. */
export function useStore<T>(store: Store<T>): T {
  return useSyncExternalStore(store.subscribe, store.get);
}
