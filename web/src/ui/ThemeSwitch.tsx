import { ActionIcon, useMantineColorScheme } from '@mantine/core';
import { IconDeviceDesktop, IconMoon, IconSun } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import css from './ThemeSwitch.module.css';

const schemes = [
  { scheme: 'light', icon: IconSun, title: 'theme.light' },
  { scheme: 'dark', icon: IconMoon, title: 'theme.dark' },
  { scheme: 'auto', icon: IconDeviceDesktop, title: 'theme.system' },
] as const;

/** Light, dark, or as the system is. */
export function ThemeSwitch() {
  const { t } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <span className={css.themes} role="group" aria-label={t('theme.title')}>
      {schemes.map(({ scheme, icon: Icon, title }) => (
        <ActionIcon
          key={scheme}
          size={24}
          aria-pressed={colorScheme === scheme}
          onClick={() => setColorScheme(scheme)}
          aria-label={t(title)}
          title={t(title)}
        >
          <Icon size={14} stroke={2} />
        </ActionIcon>
      ))}
    </span>
  );
}
