import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, api, type Schemas } from '../../lib/api/client';
import { formatDuration } from '../../lib/format';
import { between } from '../../lib/instant';
import { fieldOf, withField } from '../../lib/query/terms';
import { Clock } from '../../ui/Instant';
import type { Column } from '../../ui/List';
import { Mark, type State, StateBadge } from '../../ui/Mark';
import { Views } from '../../ui/Views';
import { ListPage } from '../lists/ListPage';
import css from './Executions.module.css';
import type { Status } from './status';

type Execution = Schemas['Execution'];

/** Every run of a workflow, newest first. */
export function Executions() {
  const { t, i18n } = useTranslation();
  const { q = '' } = useSearch({ from: '/signed-in/shell/executions' });
  const navigate = useNavigate({ from: '/executions' });
  const setQuery = (next: string) => navigate({ search: next === '' ? {} : { q: next } });
  const language = i18n.language;

  const columns = useMemo(
    (): Column<Execution>[] => [
      { id: 'created', head: t('executions.created'), width: '88px', cell: (x) => <Clock at={x.createdAt} /> },
      {
        id: 'status',
        head: t('executions.status'),
        width: '112px',
        cell: (x) => <StateBadge state={x.status as State} word={t(`statuses.${x.status as Status}`)} />,
      },
      { id: 'workflow', head: t('list.workflow'), width: 'minmax(120px, 1fr)', cell: (x) => x.workflow },
      {
        id: 'labels',
        head: t('executions.labels'),
        width: 'minmax(80px, 1fr)',
        wide: true,
        cell: (x) => <Labels execution={x} />,
      },
      { id: 'why', head: t('executions.why'), width: 'minmax(120px, 1.5fr)', cell: (x) => <Why execution={x} /> },
      { id: 'took', head: t('list.took'), width: '72px', end: true, cell: (x) => took(x, language) },
    ],
    [t, language],
  );
  return (
    <ListPage<Execution>
      title={t('places.executions')}
      name="executions"
      query={q}
      onQuery={setQuery}
      listenTo="execution"
      fetchPage={fetchExecutions}
      columns={columns}
      onOpen={(x) => navigate({ to: '/executions/$id', params: { id: x.id } })}
      phone={(x) => ({
        mark: <Mark state={x.status as State} />,
        title: x.workflow,
        end: <Clock at={x.createdAt} />,
        second: (
          <>
            {t(`statuses.${x.status as Status}`)} · {took(x, language)} <Why execution={x} />
          </>
        ),
      })}
      tabs={
        <Views
          label={t('list.views')}
          value={fieldOf(q, 'status') ?? 'all'}
          onChange={(v) => setQuery(withField(q, 'status', v === 'all' ? undefined : v))}
          views={[
            { value: 'all', title: t('list.all') },
            { value: 'failed', title: t('executions.failed') },
            { value: 'running', title: t('executions.running') },
            { value: 'waiting', title: t('executions.waiting') },
          ]}
        />
      }
      emptyTitle={t('executions.none')}
      emptyText={t('executions.noneText')}
    />
  );
}

async function fetchExecutions(q: string, before: string | undefined, signal: AbortSignal) {
  const page = await answer(
    api.GET('/api/executions', {
      params: { query: { ...(q !== '' && { q }), ...(before !== undefined && { before }) } },
      signal,
    }),
  );
  return { items: page.items ?? [], next: page.next, cut: page.cut };
}

function took(x: Execution, language: string): string {
  return x.finishedAt === undefined ? '–' : formatDuration(between(x.createdAt, x.finishedAt), language);
}

function Labels({ execution }: { execution: Execution }) {
  return execution.labels?.map(({ name, value }) => (
    <span key={name} className={css.label}>
      {name}: {value}
    </span>
  ));
}

function Why({ execution }: { execution: Execution }) {
  const { error, reason } = execution;
  if (error === undefined) return <span className="quiet">{reason}</span>;
  return (
    <span className={css.why}>
      {error.node !== undefined && <b>{error.node}: </b>}
      {error.message}
    </span>
  );
}
