import { Button, Popover, Stack } from '@mantine/core';
import { IconPlayerTrackNext } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, api, type Schemas } from '../../lib/api/client';
import { Note } from '../../ui/Note';

/** Runs the workflow on the call again. What that means is said before it is done. */
export function Replay({ delivery }: { delivery: Schemas['Delivery'] }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  const refused = delivery.outcome === 'rejected';
  const replay = useMutation({
    mutationFn: (query: { force?: boolean; passing?: boolean }) =>
      answer(api.POST('/api/deliveries/{id}/replay', { params: { path: { id: delivery.id }, query } })),
    onSuccess: (made) => {
      setOpen(false);
      void navigate({ to: '/deliveries/$id', params: { id: made.id } });
    },
  });
  if (delivery.workflow === undefined) return null;
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-end" width={340} trapFocus>
      <Popover.Target>
        <Button
          variant="filled"
          leftSection={<IconPlayerTrackNext size={16} stroke={1.75} />}
          onClick={() => setOpen(!open)}
        >
          {t('replay.button')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="md">
          <p>{refused ? t('replay.refusedText') : t('replay.text')}</p>
          {replay.error !== null && (
            <Note tone="fail" role="alert">
              {replay.error.message}
            </Note>
          )}
          {refused ? (
            <>
              <Button variant="filled" loading={replay.isPending} onClick={() => replay.mutate({ passing: true })}>
                {t('replay.ifPassing')}
              </Button>
              <Button disabled={replay.isPending} onClick={() => replay.mutate({ force: true })}>
                {t('replay.anyway')}
              </Button>
            </>
          ) : (
            <Button variant="filled" loading={replay.isPending} onClick={() => replay.mutate({})}>
              {t('replay.do')}
            </Button>
          )}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
