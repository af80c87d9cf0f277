import { Button } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

/** Lets new rows in at once, or holds them back. */
export function LiveButton({ live, onChange }: { live: boolean; onChange: (live: boolean) => void }) {
  const { t } = useTranslation();
  const Icon = live ? IconPlayerPause : IconPlayerPlay;
  return (
    <Button onClick={() => onChange(!live)} aria-pressed={live} leftSection={<Icon size={16} stroke={1.75} />}>
      {live ? t('list.pause') : t('list.follow')}
    </Button>
  );
}
