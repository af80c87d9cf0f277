import { Outlet } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { Failure } from './Failure';
import { SessionProvider, useSignedIn } from './session';

const SignIn = lazy(async () => ({ default: (await import('../pages/SignIn')).SignIn }));

/** Shows the pages to somebody who has signed in, and the sign-in to everybody else. The URL stays as it is. */
export function Gate() {
  const { me, error } = useSignedIn();
  if (me === undefined) return error === null ? null : <Failure error={error} />;
  if (me === null) {
    return (
      <Suspense>
        <SignIn />
      </Suspense>
    );
  }
  return (
    <SessionProvider me={me}>
      <Outlet />
    </SessionProvider>
  );
}
