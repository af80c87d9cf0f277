import type { ReactNode } from 'react';
import { LanguageMenu } from '../ui/LanguageMenu';
import { Logo } from '../ui/Logo';
import { ThemeSwitch } from '../ui/ThemeSwitch';
import css from './Door.module.css';

/** The frame of what one sees before one has signed in: the line, the hook on it, and a form below. */
export function Door({ children }: { children: ReactNode }) {
  return (
    <div className={css.door}>
      <main className={css.hold}>
        <div className={css.line} aria-hidden="true" />
        <svg className={css.hook} viewBox="0 0 72 88" aria-hidden="true">
          <path d="M48 14v40a18 18 0 0 1-36 0V44l13 13" />
          <circle cx="48" cy="14" r="12" />
        </svg>
        {children}
      </main>
      <footer className={css.foot}>
        <Logo />
        <span className={css.grow} />
        <LanguageMenu />
        <ThemeSwitch />
      </footer>
    </div>
  );
}
