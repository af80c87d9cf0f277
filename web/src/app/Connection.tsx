import { Button } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { useIsFetching, useQueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { isOffline } from '../lib/api/problem';
import { Note } from '../ui/Note';
import css from './Connection.module.css';

/** Says that the server does not answer. What is on the page stays there, for it was true a moment ago. */
export function Connection() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const cache = client.getQueryCache();
  const fetching = useIsFetching();
  const away = useSyncExternalStore(
    (tell) => cache.subscribe(tell),
    () =>
      cache.getAll().some((q) => q.isActive() && (isOffline(q.state.error) || isOffline(q.state.fetchFailureReason))),
  );
  if (!away) return null;
  const again = () =>
    client.refetchQueries({
      type: 'active',
      predicate: (q) => isOffline(q.state.error) || isOffline(q.state.fetchFailureReason),
    });
  return (
    <div className={css.place}>
      <Note
        tone="wait"
        role="status"
        icon={<IconPlugConnectedX size={16} stroke={1.75} />}
        action={
          <Button onClick={again} loading={fetching > 0}>
            {t('connection.again')}
          </Button>
        }
      >
        <strong>{t('connection.away')}</strong> {t('connection.stays')}
      </Note>
    </div>
  );
}
