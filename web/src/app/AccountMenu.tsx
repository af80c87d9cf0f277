import { Menu } from '@mantine/core';
import { IconLogout, IconSelector } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import css from './AccountMenu.module.css';
import { useMe, useSignOut } from './session';

type Role = 'admin' | 'editor' | 'operator' | 'viewer';

/** Who has signed in, and how to end that. */
export function AccountMenu() {
  const { t } = useTranslation();
  const me = useMe();
  const signOut = useSignOut();
  const name = me.name ?? '';
  return (
    <Menu position="top-start" width={200}>
      <Menu.Target>
        <button type="button" className={css.who} title={t('account.menu', { name })}>
          <span className={css.avatar} aria-hidden="true">
            {name.slice(0, 2).toUpperCase()}
          </span>
          <span className={css.name}>
            <span className="cut">{name}</span>
            <span className={css.role}>{t(`roles.${me.role as Role}`)}</span>
          </span>
          <IconSelector className={css.arrow} size={16} stroke={1.75} />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconLogout size={16} stroke={1.75} />} onClick={signOut}>
          {t('account.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
