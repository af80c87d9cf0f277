import { Button } from '@mantine/core';
import { IconMapOff } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Empty } from '../ui/Empty';

/** Answers an address that is no page. */
export function NotFound() {
  const { t } = useTranslation();
  return (
    <main>
      <Empty
        icon={<IconMapOff size={24} stroke={1.5} />}
        title={t('notFound.title')}
        actions={
          <Button component={Link} to="/">
            {t('notFound.home')}
          </Button>
        }
      >
        {t('notFound.text')}
      </Empty>
    </main>
  );
}
