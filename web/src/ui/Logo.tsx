import css from './Logo.module.css';

/** The line and the hook, and beside it the name. */
export function Logo() {
  return (
    <span className={css.logo}>
      <svg viewBox="0 0 16 16" width="20" height="20" aria-hidden="true">
        <path d="M1 3.25h14" className={css.line} />
        <path d="M11 3.25V10a3.75 3.75 0 0 1-7.5 0V8l2.5 2.5" className={css.hook} />
        <circle cx="11" cy="3.25" r="2.5" className={css.eye} />
      </svg>
      <span className={css.name}>Hookline</span>
    </span>
  );
}
