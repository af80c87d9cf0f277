import { useInfiniteQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, api, type Schemas } from '../../lib/api/client';
import { formatBytes, formatDuration } from '../../lib/format';
import { between } from '../../lib/instant';
import { type Column, List } from '../../ui/List';
import { Mark, type State, StateBadge } from '../../ui/Mark';
import type { Status } from '../executions/status';
import { hasEnded } from '../executions/status';
import css from './Steps.module.css';
import { barOf, type Span, spanOf } from './span';

type Step = Schemas['Step'];

const pageSize = 500;

/** The steps in the order in which they ran; with bars, as a timeline. Of any number. */
export function Steps({
  execution,
  timeline,
  open,
  onOpen,
}: {
  execution: Schemas['Summary'];
  timeline: boolean;
  open: number | undefined;
  onOpen: (n: number) => void;
}) {
  const { t, i18n } = useTranslation();
  const ended = hasEnded(execution.status);
  const steps = useInfiniteQuery({
    queryKey: ['steps', execution.id],
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET('/api/executions/{id}/steps', {
          params: { path: { id: execution.id }, query: { after: pageParam, limit: pageSize, values: 0 } },
          signal,
        }),
      ),
    initialPageParam: 0,
    getNextPageParam: (last) => last.moreAfter,
  });
  // A step more, or another state: the execution went on.
  const { refetch } = steps;
  const progress = `${execution.steps} ${execution.status} ${execution.round ?? 0}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: progress is what the effect is about
  useEffect(() => void refetch(), [progress, refetch]);

  const ran = useMemo(() => steps.data?.pages.flatMap((p) => p.items ?? []) ?? [], [steps.data]);
  // In a timeline the time before the first step is one of its rows: it may be most of what the caller waited for.
  const rows = useMemo(
    () => (timeline ? [waitOf(execution, t('executions.waitedToStart')), ...ran] : ran),
    [timeline, ran, execution, t],
  );
  const end = execution.finishedAt;
  const span = useMemo(
    () => spanOf(execution.createdAt, ended ? end : undefined, rows),
    [execution.createdAt, ended, end, rows],
  );
  const columns = useMemo(
    (): Column<Step>[] => [
      { id: 'n', head: '', width: '40px', end: true, cell: (s) => <span className="quiet">{s.n || ''}</span> },
      { id: 'node', head: t('executions.node'), width: 'minmax(160px, 1fr)', cell: (s) => <Name step={s} /> },
      {
        id: 'status',
        head: t('executions.status'),
        width: '112px',
        cell: (s) => (
          <StateBadge
            state={s.status as State}
            word={s.n === 0 ? t('executions.waited') : t(`statuses.${s.status as Status}`)}
          />
        ),
      },
      ...(timeline
        ? [
            {
              id: 'bar',
              head: formatDuration(span.length, i18n.language),
              width: 'minmax(200px, 2fr)',
              cell: (s: Step) => <Bar step={s} span={span} />,
            },
          ]
        : [
            {
              id: 'kind',
              head: t('executions.kind'),
              width: '120px',
              wide: true,
              cell: (s: Step) => <span className="mono quiet">{s.type}</span>,
            },
            {
              id: 'what',
              head: t('executions.what'),
              width: 'minmax(120px, 1.5fr)',
              cell: (s: Step) => <What step={s} />,
            },
          ]),
      { id: 'took', head: t('list.took'), width: '72px', end: true, cell: (s) => took(s, i18n.language) },
    ],
    [t, i18n.language, timeline, span],
  );
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = steps;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  return (
    <List
      label={t('executions.steps')}
      rows={rows}
      columns={columns}
      idOf={(s) => String(s.n)}
      onOpen={(s) => s.n > 0 && onOpen(s.n)}
      selected={open === undefined ? undefined : String(open)}
      onNearEnd={more}
      phone={(s) => ({
        mark: <Mark state={s.status as State} />,
        title: s.path,
        end: took(s, i18n.language),
        second: <What step={s} />,
      })}
    />
  );
}

/** What a timeline shows of the time until a worker took the execution up. */
function waitOf(execution: Schemas['Summary'], title: string): Step {
  const { createdAt, startedAt } = execution;
  return {
    n: 0,
    path: title,
    type: '',
    status: 'waiting',
    startedAt: createdAt,
    ...(startedAt !== undefined && { finishedAt: startedAt }),
  };
}

function took(s: Step, language: string): string {
  if (s.startedAt === undefined || s.finishedAt === undefined) return '–';
  return formatDuration(between(s.startedAt, s.finishedAt), language);
}

function Name({ step }: { step: Step }) {
  const { t } = useTranslation();
  return (
    <>
      {step.path}
      {step.attempt !== undefined && step.attempt > 1 && (
        <span className="quiet"> · {t('executions.attempt', { n: step.attempt })}</span>
      )}
    </>
  );
}

function What({ step }: { step: Step }) {
  const { t, i18n } = useTranslation();
  if (step.error !== undefined) return <span className={css.error}>{step.error.message}</span>;
  if (step.branch !== undefined) return <span className={css.branch}>{step.branch}</span>;
  if (step.resultSize === undefined) return null;
  return (
    <span className="quiet">{t('executions.resultOf', { size: formatBytes(step.resultSize, i18n.language) })}</span>
  );
}

function Bar({ step, span }: { step: Step; span: Span }) {
  const { start, width } = barOf(step, span);
  return (
    <span className={css.track}>
      <span
        className={css.bar}
        data-status={step.status}
        style={{ insetInlineStart: `min(${start}%, 100% - 2px)`, width: `max(2px, ${width}%)` }}
      />
    </span>
  );
}
