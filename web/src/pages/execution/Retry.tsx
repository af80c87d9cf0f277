import { Button, Popover, Stack } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, api, type Schemas } from '../../lib/api/client';
import { problemOf } from '../../lib/api/problem';
import { Note } from '../../ui/Note';
import css from './Retry.module.css';

const listed = 8;

/** Runs an ended execution again. First it is said what was already sent and written, and what will run again. */
export function Retry({ execution }: { execution: Schemas['Summary'] }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [open, setOpen] = useState(false);
  const [start, setStart] = useState(false);
  const from = start ? 'start' : undefined;
  const plan = useQuery({
    queryKey: ['retry-plan', execution.id, execution.round, from],
    queryFn: ({ signal }) =>
      answer(
        api.GET('/api/executions/{id}/retry', {
          params: { path: { id: execution.id }, query: from === undefined ? {} : { from } },
          signal,
        }),
      ),
    enabled: open,
    staleTime: 0,
  });
  const retry = useMutation({
    mutationFn: async () => {
      const { response, error } = await api.POST('/api/executions/{id}/retry', {
        params: { path: { id: execution.id } },
        body: from === undefined ? {} : { from },
        parseAs: 'text',
      });
      if (!response.ok) throw problemOf(response.status, error);
    },
    onSuccess: () => {
      setOpen(false);
      void client.invalidateQueries({ queryKey: ['execution', execution.id] });
    },
  });
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-end" width={380} trapFocus>
      <Popover.Target>
        <Button variant="filled" leftSection={<IconRefresh size={16} stroke={1.75} />} onClick={() => setOpen(!open)}>
          {t('retry.button')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="md">
          {plan.data !== undefined && <Plan plan={plan.data} />}
          {plan.error !== null && <Note tone="fail">{plan.error.message}</Note>}
          {retry.error !== null && (
            <Note tone="fail" role="alert">
              {retry.error.message}
            </Note>
          )}
          <Button
            variant="filled"
            disabled={plan.data?.possible !== true}
            loading={retry.isPending}
            onClick={() => retry.mutate()}
          >
            {start ? t('retry.fromStart') : t('retry.fromHere')}
          </Button>
          {<Button onClick={() => setStart(!start)}>{start ? t('retry.ratherHere') : t('retry.ratherStart')}</Button>}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

function Plan({ plan }: { plan: Schemas['RetryPlan'] }) {
  const { t } = useTranslation();
  if (!plan.possible) return <Note tone="wait">{plan.refused}</Note>;
  const effects = plan.effects ?? [];
  return (
    <>
      <p>
        {plan.from === undefined
          ? t('retry.planStart', { count: plan.againCount })
          : t('retry.planFrom', { step: plan.from })}
      </p>
      {effects.length === 0 ? (
        <p className="quiet">{t('retry.nothingSent')}</p>
      ) : (
        <div>
          <h3 className={css.title}>{t('retry.already')}</h3>
          <ul className={css.effects}>
            {effects.slice(0, listed).map((effect, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a plan never changes
              <li key={i}>
                <span className="cut">
                  {effect.kind === 'sent' ? t('retry.sent') : t('retry.written')} <b>{effect.target}</b>
                </span>
                <span className="quiet">{effect.again ? t('retry.again') : effect.outcome}</span>
              </li>
            ))}
          </ul>
          {plan.effectCount > listed && (
            <p className="quiet">{t('retry.more', { count: plan.effectCount - listed })}</p>
          )}
        </div>
      )}
    </>
  );
}
