import { IconAlertOctagon, IconPlugConnectedX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { isOffline } from '../lib/api/problem';
import { Empty } from './Empty';

/** Says why something cannot be shown: the server is away, or what it answered. */
export function Trouble({ error, actions }: { error: unknown; actions?: ReactNode }) {
  const { t } = useTranslation();
  const away = isOffline(error);
  const Icon = away ? IconPlugConnectedX : IconAlertOctagon;
  return (
    <Empty
      icon={<Icon size={24} stroke={1.5} />}
      title={away ? t('connection.away') : t('failure.title')}
      actions={actions}
    >
      {away ? t('failure.offline') : error instanceof Error ? error.message : String(error)}
    </Empty>
  );
}
