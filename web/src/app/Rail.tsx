import { ActionIcon } from '@mantine/core';
import { IconLayoutSidebarLeftCollapse, IconLayoutSidebarLeftExpand, IconSearch } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { LanguageMenu } from '../ui/LanguageMenu';
import { Logo } from '../ui/Logo';
import { ThemeSwitch } from '../ui/ThemeSwitch';
import { AccountMenu } from './AccountMenu';
import { commandKey, openPalette } from './palette-state';
import { places } from './places';
import css from './Rail.module.css';

/** The left rail: the places, and at its foot the language, the theme and who has signed in. */
export function Rail({ small, onToggle }: { small: boolean; onToggle: () => void }) {
  const { t } = useTranslation();
  const Toggle = small ? IconLayoutSidebarLeftExpand : IconLayoutSidebarLeftCollapse;
  return (
    <nav className={css.rail} aria-label={t('shell.places')}>
      <div className={css.brand}>
        <Link to="/" className={css.home} aria-label="Hookline">
          <Logo />
        </Link>
        <ActionIcon className={css.toggle} onClick={onToggle} aria-label={small ? t('shell.widen') : t('shell.narrow')}>
          <Toggle size={16} stroke={1.75} />
        </ActionIcon>
      </div>
      <button
        type="button"
        className={css.jump}
        onClick={openPalette}
        title={t('palette.open')}
        aria-keyshortcuts="Control+K Meta+K"
      >
        <IconSearch size={16} stroke={1.75} />
        <span className={css.text}>{t('palette.open')}</span>
        <span className={css.keys} aria-hidden="true">
          {commandKey()}
        </span>
      </button>
      <ul className={css.list}>
        {places.map(({ to, icon: Icon, title }) => (
          <li key={to}>
            <Link to={to} className={css.place} activeProps={{ 'aria-current': 'page' }} title={t(title)}>
              <Icon size={18} stroke={1.75} />
              <span className={css.text}>{t(title)}</span>
            </Link>
          </li>
        ))}
      </ul>
      <div className={css.foot}>
        <div className={css.settings}>
          <LanguageMenu />
          <ThemeSwitch />
        </div>
        <AccountMenu />
      </div>
    </nav>
  );
}
