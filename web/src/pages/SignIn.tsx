import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { IconIdBadge2 } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useSignIn, useSignInOptions } from '../app/session';
import { answer, api } from '../lib/api/client';
import { isOffline } from '../lib/api/problem';
import { Note } from '../ui/Note';
import { Door } from './Door';
import css from './SignIn.module.css';

/** Signs somebody in, with a password or with the provider that the server knows. */
export function SignIn() {
  const { t } = useTranslation();
  const signedIn = useSignIn();
  const options = useSignInOptions();
  const attempt = useMutation({
    mutationFn: (body: { email: string; password: string }) => answer(api.POST('/api/login', { body })),
    onSuccess: signedIn,
  });
  useEffect(() => {
    document.title = `${t('signIn.button')} · Hookline`;
  }, [t]);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    attempt.mutate({ email: String(form.get('email')), password: String(form.get('password')) });
  };
  const provider = options.data?.provider;
  return (
    <Door>
      <Stack gap="lg">
        <div>
          <h1 className={css.title}>{t('signIn.title')}</h1>
          <p className={css.host}>{location.host}</p>
        </div>
        <form onSubmit={submit}>
          <Stack gap="md">
            <TextInput
              name="email"
              type="email"
              label={t('signIn.email')}
              autoComplete="username"
              required
              withAsterisk={false}
            />
            <PasswordInput
              name="password"
              label={t('signIn.password')}
              autoComplete="current-password"
              required
              withAsterisk={false}
              error={
                attempt.error === null
                  ? undefined
                  : isOffline(attempt.error)
                    ? t('connection.away')
                    : attempt.error.message
              }
              visibilityToggleButtonProps={{ 'aria-label': t('signIn.show') }}
            />
            <Button
              type="submit"
              variant="filled"
              fullWidth
              size="md"
              className={css.button}
              loading={attempt.isPending}
            >
              {t('signIn.button')}
            </Button>
          </Stack>
        </form>
        {provider !== undefined && (
          <>
            <div className={css.or}>{t('signIn.or')}</div>
            <Button
              component="a"
              href={provider}
              fullWidth
              size="md"
              className={css.button}
              leftSection={<IconIdBadge2 size={16} stroke={1.75} />}
            >
              {t('signIn.provider')}
            </Button>
          </>
        )}
        {new URLSearchParams(location.search).has('signon') && <Note tone="fail">{t('signIn.providerFailed')}</Note>}
        <p className={css.help}>
          {t('signIn.first')} <code className="mono">hookline users set you@example.com --password-file -</code>
        </p>
      </Stack>
    </Door>
  );
}
