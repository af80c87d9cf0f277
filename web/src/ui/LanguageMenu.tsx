import { Menu, UnstyledButton } from '@mantine/core';
import { IconLanguage } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { chooseLanguage } from '../lib/i18n';
import { isLanguage, languages } from '../lib/languages';
import css from './LanguageMenu.module.css';

/** The language of the UI. Each is listed under its own name. */
export function LanguageMenu() {
  const { t, i18n } = useTranslation();
  const current = isLanguage(i18n.language) ? languages[i18n.language] : languages.en;
  return (
    <Menu position="top-start">
      <Menu.Target>
        <UnstyledButton className={css.button} aria-label={t('language.menu', { language: current })}>
          <IconLanguage size={16} stroke={1.75} />
          <span className={css.name}>{current}</span>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {Object.entries(languages).map(([tag, name]) => (
          <Menu.Item
            key={tag}
            lang={tag}
            aria-current={tag === i18n.language || undefined}
            onClick={() => isLanguage(tag) && chooseLanguage(tag)}
          >
            {name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
