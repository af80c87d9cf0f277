import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSignIn } from '../app/session';
import { answer, api } from '../lib/api/client';
import { isOffline } from '../lib/api/problem';
import { Note } from '../ui/Note';
import { Door } from './Door';
import css from './SignIn.module.css';

/** Creates the first admin. The token of the link stands behind the #, so it is in no log. */
export function SetUp() {
  const { t } = useTranslation();
  const signedIn = useSignIn();
  const navigate = useNavigate();
  const [token] = useState(() => location.hash.slice(1));
  const attempt = useMutation({
    mutationFn: (body: { token: string; email: string; name: string; password: string }) =>
      answer(api.POST('/api/setup', { body })),
    onSuccess: (me) => {
      signedIn(me);
      void navigate({ to: '/', replace: true });
    },
  });
  useEffect(() => {
    document.title = `${t('setUp.title')} · Hookline`;
  }, [t]);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    attempt.mutate({
      token,
      email: String(form.get('email')),
      name: String(form.get('name')),
      password: String(form.get('password')),
    });
  };
  return (
    <Door>
      <Stack gap="lg">
        <div>
          <h1 className={css.title}>{t('setUp.title')}</h1>
          <p className={css.host}>{t('setUp.text')}</p>
        </div>
        {token === '' && <Note tone="wait">{t('setUp.noToken')}</Note>}
        {attempt.error !== null && (
          <Note tone="fail" role="alert">
            {isOffline(attempt.error) ? t('connection.away') : attempt.error.message}
          </Note>
        )}
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
            <TextInput name="name" label={t('setUp.name')} autoComplete="name" />
            <PasswordInput
              name="password"
              label={t('signIn.password')}
              description={t('setUp.rule')}
              autoComplete="new-password"
              minLength={12}
              required
              withAsterisk={false}
              visibilityToggleButtonProps={{ 'aria-label': t('signIn.show') }}
            />
            <Button
              type="submit"
              variant="filled"
              fullWidth
              size="md"
              className={css.button}
              loading={attempt.isPending}
              disabled={token === ''}
            >
              {t('setUp.button')}
            </Button>
          </Stack>
        </form>
      </Stack>
    </Door>
  );
}
