import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Trouble } from '../ui/Trouble';

/** Stands where nothing could be shown at all. */
export function Failure({ error }: { error: unknown }) {
  const { t } = useTranslation();
  return (
    <Trouble
      error={error}
      actions={
        <Button variant="filled" onClick={() => location.reload()}>
          {t('failure.reload')}
        </Button>
      }
    />
  );
}
