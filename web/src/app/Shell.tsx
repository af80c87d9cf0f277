import { Outlet } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { recall, remember } from '../lib/prefs';
import { BottomBar } from './BottomBar';
import { Connection } from './Connection';
import { Palette } from './Palette';
import { Rail } from './Rail';
import css from './Shell.module.css';

/** The frame around every page: the rail, the page, and on a phone a bar at the bottom. */
export function Shell() {
  const { t } = useTranslation();
  const [small, setSmall] = useState(recall('rail') === 'small');
  const toggle = () => {
    remember('rail', small ? undefined : 'small');
    setSmall(!small);
  };
  return (
    <div className={css.frame} data-small={small || undefined}>
      <a className={css.skip} href="#page">
        {t('shell.skip')}
      </a>
      <Rail onToggle={toggle} small={small} />
      <main className={css.page} id="page" tabIndex={-1}>
        <Connection />
        <Outlet />
      </main>
      <BottomBar />
      <Palette />
    </div>
  );
}
