import { IconAlertOctagon, IconPlugConnectedX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { isOffline } from '../lib/api/problem';
import { Empty } from './Empty';
import { Page } from './Page';

/** Stands where a page has nothing to show, because the server did not give it. */
export function PageProblem({ title, error }: { title: string; error: Error }) {
  const { t } = useTranslation();
  const away = isOffline(error);
  const Icon = away ? IconPlugConnectedX : IconAlertOctagon;
  return (
    <Page title={title}>
      <Empty icon={<Icon size={24} stroke={1.5} />} title={away ? t('connection.away') : t('failure.title')}>
        {away ? t('failure.offline') : error.message}
      </Empty>
    </Page>
  );
}
