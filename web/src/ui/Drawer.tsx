import { ActionIcon } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { type CSSProperties, type KeyboardEvent, type PointerEvent, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { recall, remember } from '../lib/prefs';
import css from './Drawer.module.css';

const narrowest = 320;
const widest = 900;
const key = 'drawer';

/** A panel beside what it is about, never over it; on a phone a sheet over the page. Its width is remembered. */
export function Drawer({
  title,
  detail,
  onClose,
  children,
}: {
  title: string;
  detail?: string | undefined;
  onClose: () => void;
  children: ReactNode;
}) {
  const { t } = useTranslation();
  const [width, setWidth] = useState(() => clamp(Number(recall(key) ?? 520)));
  const resize = (to: number) => {
    const next = clamp(to);
    setWidth(next);
    remember(key, String(next));
  };
  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    const handle = event.currentTarget;
    const from = event.clientX;
    const sign = getComputedStyle(handle).direction === 'rtl' ? -1 : 1;
    const move = (e: globalThis.PointerEvent) => resize(width + sign * (from - e.clientX));
    handle.setPointerCapture(event.pointerId);
    handle.addEventListener('pointermove', move);
    handle.addEventListener('lostpointercapture', () => handle.removeEventListener('pointermove', move), {
      once: true,
    });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowLeft') resize(width + 16);
    else if (event.key === 'ArrowRight') resize(width - 16);
    else return;
    event.preventDefault();
  };
  return (
    <aside
      className={css.drawer}
      style={{ '--drawer': `${width}px` } as CSSProperties}
      aria-label={title}
      onKeyDown={(event) => event.key === 'Escape' && onClose()}
    >
      <div
        className={css.handle}
        role="separator"
        aria-orientation="vertical"
        aria-label={t('drawer.resize')}
        aria-valuenow={width}
        aria-valuemin={narrowest}
        aria-valuemax={widest}
        tabIndex={0}
        onPointerDown={onPointerDown}
        onKeyDown={onKeyDown}
      />
      <header className={css.head}>
        <h2 className="cut">{title}</h2>
        {detail !== undefined && <span className="mono quiet">{detail}</span>}
        <ActionIcon className={css.close} onClick={onClose} aria-label={t('drawer.close')}>
          <IconX size={16} stroke={1.75} />
        </ActionIcon>
      </header>
      {children}
    </aside>
  );
}

function clamp(width: number): number {
  return Number.isFinite(width) ? Math.min(widest, Math.max(narrowest, width)) : 520;
}
