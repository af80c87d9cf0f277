import { type ReactNode, useEffect } from 'react';
import css from './Page.module.css';

/** A page: its title, what stands beside it, and a body that scrolls on its own. */
export function Page({
  title,
  aside,
  actions,
  children,
}: {
  title: string;
  aside?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}) {
  useEffect(() => {
    document.title = `${title} · Hookline`;
  }, [title]);
  return (
    <>
      <header className={css.head}>
        <h1 className="cut">{title}</h1>
        {aside}
        {actions !== undefined && <div className={css.actions}>{actions}</div>}
      </header>
      {children}
    </>
  );
}

/** The part of a page that scrolls. */
export function Scroll({ children, label }: { children: ReactNode; label: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable with the keyboard (WCAG 2.1.1)
    <section className={css.scroll} aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
