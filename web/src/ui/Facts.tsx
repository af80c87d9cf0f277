import type { ReactNode } from 'react';
import css from './Facts.module.css';

/** The bar below a page's title: what is known about the thing at a glance. */
export function Facts({ children }: { children: ReactNode }) {
  return <div className={css.bar}>{children}</div>;
}

export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <span className={css.fact}>
      <span className="quiet">{name}</span> <b>{children}</b>
    </span>
  );
}
