import { Button } from '@mantine/core';
import { IconAlertOctagon, IconPlugConnectedX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { isOffline } from '../lib/api/problem';
import { Empty } from '../ui/Empty';

/** Stands where a page could not be shown at all. */
export function Failure({ error }: { error: unknown }) {
  const { t } = useTranslation();
  const offline = isOffline(error);
  const reload = (
    <Button variant="filled" onClick={() => location.reload()}>
      {t('failure.reload')}
    </Button>
  );
  if (offline) {
    return (
      <Empty icon={<IconPlugConnectedX size={24} stroke={1.5} />} title={t('connection.away')} actions={reload}>
        {t('failure.offline')}
      </Empty>
    );
  }
  return (
    <Empty icon={<IconAlertOctagon size={24} stroke={1.5} />} title={t('failure.title')} actions={reload}>
      {error instanceof Error ? error.message : String(error)}
    </Empty>
  );
}
