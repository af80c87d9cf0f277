import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, use, useEffect } from 'react';
import { answer, api, onSignedOut, type Schemas } from '../lib/api/client';

export type Me = Schemas['Me'];
export type Permission = Me['permissions'] extends (infer P)[] | null ? P : never;

const key = ['sign-in'];
const Session = createContext<Me | undefined>(undefined);

/** Who has signed in: undefined while that is asked for, null if nobody has. */
export function useSignedIn(): { me: Me | null | undefined; error: Error | null } {
  const client = useQueryClient();
  const { data, error } = useSignInOptions();
  useEffect(() => onSignedOut(() => become(client, undefined)), [client]);
  return { me: data && (data.me ?? null), error };
}

/** How one can sign in, and who has. */
export function useSignInOptions() {
  return useQuery({
    queryKey: key,
    queryFn: ({ signal }) => answer(api.GET('/api/login', { signal })),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Lets everything inside ask who has signed in. */
export function SessionProvider({ me, children }: { me: Me; children: ReactNode }) {
  return <Session value={me}>{children}</Session>;
}

/** Who has signed in. Only inside SessionProvider. */
export function useMe(): Me {
  const me = use(Session);
  if (me === undefined) throw new Error('useMe outside of SessionProvider');
  return me;
}

/** Whether the person may do something. What they may not do is not offered; the server decides in any case. */
export function useMay(permission: Permission): boolean {
  return useMe().permissions?.includes(permission) ?? false;
}

/** Shows the pages to somebody who has just signed in, and forgets what was fetched for anybody else. */
export function useSignIn(): (me: Me) => void {
  const client = useQueryClient();
  return (me) => become(client, me);
}

/** Changes who has signed in; undefined: nobody. Nothing that was fetched for somebody else stays. */
function become(client: QueryClient, me: Me | undefined) {
  client.setQueryData<Schemas['SignInOptions']>(key, (old) => {
    const { me: _, ...options } = old ?? { password: true };
    return me === undefined ? options : { ...options, me };
  });
  client.removeQueries({ predicate: (query) => query.queryKey[0] !== key[0] });
}

/** Ends the session here and on the server. */
export function useSignOut(): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    await answer(api.POST('/api/logout', {}));
    become(client, undefined);
  };
}
