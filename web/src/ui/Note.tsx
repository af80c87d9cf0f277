import type { ReactNode } from 'react';
import css from './Note.module.css';

export type NoteTone = 'plain' | 'wait' | 'deny' | 'fail' | 'ok' | 'accent';

/** A sentence or two that stand apart, with the remedy at their end. */
export function Note({
  tone = 'plain',
  icon,
  action,
  role,
  children,
}: {
  tone?: NoteTone;
  icon?: ReactNode;
  action?: ReactNode;
  role?: 'alert' | 'status';
  children: ReactNode;
}) {
  return (
    <div className={css.note} data-tone={tone} role={role}>
      {icon !== undefined && <span className={css.icon}>{icon}</span>}
      <div className={css.text}>{children}</div>
      {action}
    </div>
  );
}
