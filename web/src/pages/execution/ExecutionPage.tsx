import { Button } from '@mantine/core';
import { IconPlayerStop } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../app/session';
import { answer, api, type Schemas } from '../../lib/api/client';
import { events } from '../../lib/events';
import { formatDuration, formatNumber } from '../../lib/format';
import { between } from '../../lib/instant';
import type { ExecutionView } from '../../lib/search';
import { Copy } from '../../ui/Code';
import { Fact, Facts } from '../../ui/Facts';
import { Clock } from '../../ui/Instant';
import { type State, StateBadge } from '../../ui/Mark';
import { Page } from '../../ui/Page';
import { PageProblem } from '../../ui/PageProblem';
import { Views } from '../../ui/Views';
import { hasEnded, type Status } from '../executions/status';
import css from './ExecutionPage.module.css';
import { Failed } from './Failed';
import { Retry } from './Retry';
import { StepPanel } from './StepPanel';
import { Steps } from './Steps';

/** One run of a workflow: its steps, how long each took, and what can be done about it. */
export function ExecutionPage() {
  const { t } = useTranslation();
  const { id } = useParams({ from: '/signed-in/shell/executions/$id' });
  const client = useQueryClient();
  const summary = useQuery({
    queryKey: ['execution', id],
    queryFn: ({ signal }) => answer(api.GET('/api/executions/{id}/summary', { params: { path: { id } }, signal })),
    staleTime: 5_000,
    // Its steps are not among the live events; while it runs, one second is soon enough.
    refetchInterval: (query) => (query.state.data !== undefined && hasEnded(query.state.data.status) ? false : 1_000),
  });
  useEffect(
    () =>
      events.listen(
        'execution',
        (event) =>
          (event as { execution?: string }).execution === id &&
          client.invalidateQueries({ queryKey: ['execution', id] }),
      ),
    [id, client],
  );
  if (summary.data === undefined) {
    if (summary.error !== null) return <PageProblem title={id} error={summary.error} />;
    return <Page title={t('executions.one')}>{null}</Page>;
  }
  return <Shown execution={summary.data} />;
}

function Shown({ execution }: { execution: Schemas['Summary'] }) {
  const { t, i18n } = useTranslation();
  const { view = 'steps', step } = useSearch({ from: '/signed-in/shell/executions/$id' });
  const navigate = useNavigate({ from: '/executions/$id' });
  const mayAct = useMay('history.act');
  const ended = hasEnded(execution.status);
  const open = (n: number | undefined) =>
    navigate({ search: { ...(view !== 'steps' && { view }), ...(n !== undefined && { step: n }) }, replace: true });
  return (
    <Page
      title={execution.workflow}
      aside={
        <>
          <StateBadge pill state={execution.status as State} word={t(`statuses.${execution.status as Status}`)} />
          <span className={css.id}>
            <span className="mono quiet cut">{execution.id}</span>
            <Copy text={execution.id} />
          </span>
        </>
      }
      actions={
        mayAct &&
        (!ended ? <Cancel id={execution.id} /> : execution.status !== 'succeeded' && <Retry execution={execution} />)
      }
    >
      <Facts>
        <Fact name={t('list.took')}>
          {execution.finishedAt === undefined
            ? '–'
            : formatDuration(between(execution.createdAt, execution.finishedAt), i18n.language)}
        </Fact>
        <Fact name={t('executions.created')}>
          <Clock at={execution.createdAt} />
        </Fact>
        <Fact name={t('executions.steps')}>{formatNumber(execution.steps, i18n.language)}</Fact>
        {execution.delivery !== undefined && (
          <Fact name={t('deliveries.one')}>
            <Link to="/deliveries/$id" params={{ id: execution.delivery }} className="mono">
              {execution.delivery}
            </Link>
          </Fact>
        )}
        {execution.labels?.map(({ name, value }) => (
          <Fact key={name} name={name}>
            {value}
          </Fact>
        ))}
      </Facts>
      {execution.error !== undefined && <Failed error={execution.error} />}
      <div className={css.tabs}>
        <Views<ExecutionView>
          label={t('list.views')}
          value={view}
          onChange={(v) =>
            navigate({
              search: { ...(v !== 'steps' && { view: v }), ...(step !== undefined && { step }) },
              replace: true,
            })
          }
          views={[
            { value: 'steps', title: t('executions.steps') },
            { value: 'timeline', title: t('executions.timeline') },
          ]}
        />
      </div>
      <div className={css.body}>
        <Steps execution={execution} timeline={view === 'timeline'} open={step} onOpen={open} />
        {step !== undefined && (
          <StepPanel key={step} execution={execution.id} n={step} onClose={() => open(undefined)} />
        )}
      </div>
    </Page>
  );
}

function Cancel({ id }: { id: string }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const cancel = useMutation({
    mutationFn: () => answer(api.POST('/api/executions/{id}/cancel', { params: { path: { id } } })),
    onSettled: () => client.invalidateQueries({ queryKey: ['execution', id] }),
  });
  return (
    <Button
      onClick={() => cancel.mutate()}
      loading={cancel.isPending}
      leftSection={<IconPlayerStop size={16} stroke={1.75} />}
    >
      {t('executions.cancel')}
    </Button>
  );
}
