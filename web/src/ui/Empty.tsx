import type { ReactNode } from 'react';
import css from './Empty.module.css';

/** What a page says when it has nothing to show: why, and what one can do. */
export function Empty({
  icon,
  title,
  children,
  actions,
}: {
  icon: ReactNode;
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
}) {
  return (
    <div className={css.empty}>
      <span className={css.icon}>{icon}</span>
      <h2>{title}</h2>
      {children !== undefined && <p className={css.text}>{children}</p>}
      {actions !== undefined && <div className={css.actions}>{actions}</div>}
    </div>
  );
}
