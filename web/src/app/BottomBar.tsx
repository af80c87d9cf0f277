import { IconDots } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import css from './BottomBar.module.css';
import { openPalette } from './palette-state';
import { places } from './places';

/** The places on a phone: what a thumb reaches, and behind the dots everything else. */
export function BottomBar() {
  const { t } = useTranslation();
  return (
    <nav className={css.bar} aria-label={t('shell.places')}>
      {places.slice(0, 4).map(({ to, icon: Icon, title }) => (
        <Link key={to} to={to} className={css.place} activeProps={{ 'aria-current': 'page' }}>
          <Icon size={22} stroke={1.5} />
          <span className="cut">{t(title)}</span>
        </Link>
      ))}
      <button type="button" className={css.place} onClick={openPalette}>
        <IconDots size={22} stroke={1.5} />
        <span className="cut">{t('shell.more')}</span>
      </button>
    </nav>
  );
}
