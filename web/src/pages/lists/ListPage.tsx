import { Button } from '@mantine/core';
import { IconFilterOff, IconInbox } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Problem } from '../../lib/api/problem';
import type { EventName } from '../../lib/events';
import { Empty } from '../../ui/Empty';
import { type Column, List } from '../../ui/List';
import { LiveButton } from '../../ui/LiveButton';
import { Page } from '../../ui/Page';
import { QueryField } from '../../ui/QueryField';
import { SkeletonRows } from '../../ui/SkeletonRows';
import css from './ListPage.module.css';
import type { ListPage as PageOf } from './merge';
import { useLiveList } from './useLiveList';

interface Props<T> {
  title: string;
  name: 'executions' | 'deliveries';
  query: string;
  onQuery: (query: string) => void;
  listenTo: EventName;
  fetchPage: (query: string, before: string | undefined, signal: AbortSignal) => Promise<PageOf<T>>;
  columns: readonly Column<T>[];
  phone: (row: T) => { mark: ReactNode; title: ReactNode; end: ReactNode; second: ReactNode };
  tabs?: ReactNode;
  onOpen?: (row: T) => void;
  emptyTitle: string;
  emptyText: string;
}

/** A live list with its query: the frame of Executions and Deliveries. */
export function ListPage<T extends { id: string }>(props: Props<T>) {
  const { t } = useTranslation();
  const { query, onQuery, fetchPage } = props;
  const [live, setLive] = useState(true);
  const [atTop, setAtTop] = useState(true);
  const list = useLiveList<T>({
    queryKey: [props.name, query],
    fetchPage: (before, signal) => fetchPage(query, before, signal),
    listenTo: props.listenTo,
    follow: live && atTop,
  });
  const refused =
    list.error instanceof Problem && (list.error.status === 400 || list.error.status === 422) ? list.error : undefined;
  return (
    <Page title={props.title} aside={props.tabs} actions={<LiveButton live={live} onChange={setLive} />}>
      <div className={css.bar}>
        <QueryField
          query={query}
          onChange={onQuery}
          placeholder={t(`${props.name}.queryHint`)}
          error={refused?.message}
        />
      </div>
      {list.waiting !== undefined && (
        <button type="button" className={css.waiting} onClick={list.waiting.show}>
          {list.waiting.count === undefined ? t('list.manyNew') : t('list.new', { count: list.waiting.count })}
        </button>
      )}
      <Body {...props} list={list} onTop={setAtTop} />
    </Page>
  );
}

function Body<T extends { id: string }>({
  list,
  onTop,
  ...props
}: Props<T> & { list: ReturnType<typeof useLiveList<T>>; onTop: (atTop: boolean) => void }) {
  const { t } = useTranslation();
  if (list.rows.length > 0) {
    return (
      <List
        label={props.title}
        rows={list.rows}
        columns={props.columns}
        idOf={(row) => row.id}
        phone={props.phone}
        onNearEnd={list.more}
        onTop={onTop}
        {...(props.onOpen !== undefined && { onOpen: props.onOpen })}
        foot={
          list.loadingMore ? t('list.loading') : list.complete ? t('list.end', { count: list.rows.length }) : undefined
        }
      />
    );
  }
  if (list.loading) return <SkeletonRows columns={props.columns.map((c) => c.width)} />;
  if (list.error !== null) {
    const refused = list.error instanceof Problem && list.error.status >= 400 && list.error.status < 500;
    return (
      <Empty
        icon={<IconFilterOff size={24} stroke={1.5} />}
        title={refused ? t('list.badQuery') : t('connection.away')}
        actions={props.query !== '' && <Clear {...props} />}
      >
        {list.error.message}
      </Empty>
    );
  }
  if (props.query !== '') {
    return (
      <Empty icon={<IconFilterOff size={24} stroke={1.5} />} title={t('list.noneMatch')} actions={<Clear {...props} />}>
        {t('list.noneMatchText')}
      </Empty>
    );
  }
  return (
    <Empty icon={<IconInbox size={24} stroke={1.5} />} title={props.emptyTitle}>
      {props.emptyText}
    </Empty>
  );
}

function Clear({ onQuery }: { onQuery: (query: string) => void }) {
  const { t } = useTranslation();
  return <Button onClick={() => onQuery('')}>{t('list.clear')}</Button>;
}
