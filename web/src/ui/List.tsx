import { useElementSize, useMergedRef } from '@mantine/hooks';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMedia } from '../lib/media';
import css from './List.module.css';

export interface Column<T> {
  id: string;
  head: string;
  /** The width as a track of a CSS grid, e.g. `96px` or `minmax(120px, 1fr)`. */
  width: string;
  end?: boolean;
  /** The column goes away when there is little room. */
  wide?: boolean;
  cell: (row: T) => ReactNode;
}

interface Props<T> {
  label: string;
  rows: readonly T[];
  columns: readonly Column<T>[];
  idOf: (row: T) => string;
  /** On a phone a row is two lines: first the sentence, then what is quieter. */
  phone: (row: T) => { mark: ReactNode; title: ReactNode; end: ReactNode; second: ReactNode };
  /** The row was opened: by a click or with Enter. */
  onOpen?: (row: T) => void;
  /** The id of the row that is open. */
  selected?: string | undefined;
  /** The end of what is loaded comes near. */
  onNearEnd: () => void;
  /** Whether the top of the list is in sight. */
  onTop?: (atTop: boolean) => void;
  /** What stands below the rows. */
  foot?: ReactNode;
}

const nearEnd = 20;
/** With less room than this, in pixels, wide columns go away. */
const roomy = 960;

/**
 * A table of any length: only the rows in sight are in the document. Arrow keys, J and K move, Enter opens.
 */
export function List<T>({ label, rows, columns, idOf, phone, onOpen, selected, onNearEnd, onTop, foot }: Props<T>) {
  const { t } = useTranslation();
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const small = useMedia('(max-width: 699px)');
  const { ref: measured, width } = useElementSize();
  const narrow = width > 0 && width < roomy;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => (small ? 56 : 36),
    overscan: 10,
    getItemKey: (i) => idOf(rows[i] as T),
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height of a row has changed
  useEffect(() => virtual.measure(), [small]);
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (rows.length > 0 && last >= rows.length - nearEnd) onNearEnd();
  }, [last, rows.length, onNearEnd]);

  const current = Math.min(active, Math.max(0, rows.length - 1));
  const move = (to: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, to));
    setActive(next);
    virtual.scrollToIndex(next, { align: 'auto' });
    requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`[data-index="${next}"]`)?.focus());
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'ArrowDown' || event.key === 'j') move(current + 1);
    else if (event.key === 'ArrowUp' || event.key === 'k') move(current - 1);
    else if (event.key === 'Home') move(0);
    else if (event.key === 'End') move(rows.length - 1);
    else if (event.key === 'PageDown') move(current + 15);
    else if (event.key === 'PageUp') move(current - 15);
    else if (event.key === 'Enter' && rows[current] !== undefined && onOpen !== undefined) onOpen(rows[current]);
    else return;
    event.preventDefault();
  };
  const shown = narrow ? columns.filter((c) => !c.wide) : columns;
  const tracks = shown.map((c) => c.width).join(' ');
  return (
    <div
      className={css.list}
      ref={useMergedRef(scroller, measured)}
      onScroll={(event) => onTop?.(event.currentTarget.scrollTop < 4)}
    >
      <div
        className={css.table}
        role="table"
        aria-label={label}
        aria-rowcount={-1}
        style={{ '--tracks': tracks } as React.CSSProperties}
      >
        {!small && (
          <div className={css.head} role="row">
            {shown.map((c) => (
              <span key={c.id} role="columnheader" className={c.end ? css.end : undefined}>
                {c.head}
              </span>
            ))}
          </div>
        )}
        <div role="rowgroup" className={css.body} style={{ height: virtual.getTotalSize() }}>
          {items.map((item) => {
            const row = rows[item.index] as T;
            return (
              <div
                key={item.key}
                role="row"
                data-index={item.index}
                aria-rowindex={item.index + 1}
                tabIndex={item.index === current ? 0 : -1}
                className={small ? css.card : css.row}
                data-opens={onOpen !== undefined || undefined}
                data-selected={item.key === selected || undefined}
                aria-current={item.key === selected || undefined}
                style={{ transform: `translateY(${item.start}px)` }}
                onFocus={() => setActive(item.index)}
                onKeyDown={onKeyDown}
                onClick={() => onOpen?.(row)}
              >
                {small ? <Card {...phone(row)} /> : shown.map((c) => <Cell key={c.id} column={c} row={row} />)}
              </div>
            );
          })}
        </div>
      </div>
      {foot !== undefined && <div className={css.foot}>{foot}</div>}
      <p className="unseen">{t('list.keys')}</p>
    </div>
  );
}

function Cell<T>({ column, row }: { column: Column<T>; row: T }) {
  return (
    <span role="cell" className={column.end ? css.end : undefined}>
      {column.cell(row)}
    </span>
  );
}

function Card({ mark, title, end, second }: { mark: ReactNode; title: ReactNode; end: ReactNode; second: ReactNode }) {
  return (
    <>
      <span role="cell" className={css.mark}>
        {mark}
      </span>
      <span role="cell" className={css.title}>
        {title}
      </span>
      <span role="cell" className={css.quiet}>
        {end}
      </span>
      <span role="cell" className={css.second}>
        {second}
      </span>
    </>
  );
}
