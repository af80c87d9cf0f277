import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, api, type Schemas } from '../../lib/api/client';
import { formatDuration } from '../../lib/format';
import { fieldOf, withField } from '../../lib/query/terms';
import { Clock } from '../../ui/Instant';
import type { Column } from '../../ui/List';
import { Mark, type State, StateBadge } from '../../ui/Mark';
import { Views } from '../../ui/Views';
import { ListPage } from '../lists/ListPage';
import css from './Deliveries.module.css';
import type { Outcome } from './outcome';

type Delivery = Schemas['Delivery'];

/** Every call that came, also the refused ones, newest first. */
export function Deliveries() {
  const { t, i18n } = useTranslation();
  const { q = '' } = useSearch({ from: '/signed-in/shell/deliveries' });
  const navigate = useNavigate({ from: '/deliveries' });
  const setQuery = (next: string) => navigate({ search: next === '' ? {} : { q: next } });
  const language = i18n.language;

  const columns = useMemo(
    (): Column<Delivery>[] => [
      { id: 'came', head: t('deliveries.came'), width: '88px', cell: (d) => <Clock at={d.receivedAt} /> },
      {
        id: 'outcome',
        head: t('deliveries.outcome'),
        width: '104px',
        cell: (d) => <StateBadge state={d.outcome as State} word={t(`outcomes.${d.outcome as Outcome}`)} />,
      },
      {
        id: 'method',
        head: '',
        width: '52px',
        wide: true,
        cell: (d) => <span className={css.method}>{d.method}</span>,
      },
      { id: 'workflow', head: t('list.workflow'), width: 'minmax(120px, 1.2fr)', cell: (d) => <Target delivery={d} /> },
      {
        id: 'answer',
        head: t('deliveries.answer'),
        width: '56px',
        cell: (d) => <span className="mono">{d.status ?? '–'}</span>,
      },
      { id: 'why', head: t('deliveries.why'), width: 'minmax(120px, 1.5fr)', cell: (d) => <Why delivery={d} /> },
      { id: 'from', head: t('deliveries.from'), width: '128px', wide: true, cell: (d) => d.ip ?? '' },
      {
        id: 'took',
        head: t('list.took'),
        width: '72px',
        end: true,
        cell: (d) => formatDuration(d.tookMicros / 1000, language),
      },
    ],
    [t, language],
  );
  const outcome = fieldOf(q, 'outcome');
  return (
    <ListPage<Delivery>
      title={t('places.deliveries')}
      name="deliveries"
      query={q}
      onQuery={setQuery}
      listenTo="delivery"
      fetchPage={fetchDeliveries}
      columns={columns}
      onOpen={(d) => navigate({ to: '/deliveries/$id', params: { id: d.id } })}
      phone={(d) => ({
        mark: <Mark state={d.outcome as State} />,
        title: d.workflow ?? d.path,
        end: <Clock at={d.receivedAt} />,
        second: (
          <>
            {t(`outcomes.${d.outcome as Outcome}`)} <Why delivery={d} />
          </>
        ),
      })}
      tabs={
        <Views
          label={t('list.views')}
          value={outcome === undefined ? 'all' : outcome}
          onChange={(v) => setQuery(withField(q, 'outcome', v === 'all' ? undefined : v))}
          views={[
            { value: 'all', title: t('list.all') },
            { value: 'rejected', title: t('deliveries.refused') },
            { value: 'unmatched', title: t('deliveries.noRoute') },
          ]}
        />
      }
      emptyTitle={t('deliveries.none')}
      emptyText={t('deliveries.noneText')}
    />
  );
}

async function fetchDeliveries(q: string, before: string | undefined, signal: AbortSignal) {
  const page = await answer(
    api.GET('/api/deliveries', {
      params: { query: { ...(q !== '' && { q }), ...(before !== undefined && { before }) } },
      signal,
    }),
  );
  return { items: page.items ?? [], next: page.next, cut: page.cut };
}

function Target({ delivery }: { delivery: Delivery }) {
  const { t } = useTranslation();
  if (delivery.workflow === undefined) return <span className="quiet">{t('deliveries.noWorkflow')}</span>;
  return delivery.workflow;
}

function Why({ delivery }: { delivery: Delivery }) {
  if (delivery.outcome === 'accepted' || delivery.gate === undefined)
    return <span className="mono quiet">{delivery.path}</span>;
  return (
    <span className={css.why}>
      <b>{delivery.gate}</b>
      {delivery.reason !== undefined && `: ${delivery.reason}`}
    </span>
  );
}
