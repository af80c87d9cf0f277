import { useMantineColorScheme } from '@mantine/core';
import {
  IconActivity,
  IconDeviceDesktop,
  IconLanguage,
  IconLogout,
  IconMoon,
  IconSearch,
  IconSun,
  IconWebhook,
} from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { chooseLanguage } from '../lib/i18n';
import { isLanguage, languages } from '../lib/languages';
import { matches } from '../lib/match';
import { quoted } from '../lib/query/terms';
import { places } from './places';
import { useSignOut } from './session';

export interface Command {
  id: string;
  title: string;
  icon: ReactNode;
  detail?: string;
  run: () => void;
}

export interface CommandGroup {
  title: string;
  commands: Command[];
}

const size = { size: 16, stroke: 1.75 };
const executionID = /^exe_[0-9a-z]+$/;
const deliveryID = /^dlv_[0-9a-z]+$/;

/** What the palette offers for a text. */
export function useCommands(text: string): CommandGroup[] {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { setColorScheme } = useMantineColorScheme();
  const signOut = useSignOut();
  const wanted = text.trim();

  const found: Command[] = [];
  if (executionID.test(wanted)) {
    found.push({
      id: 'execution',
      title: t('palette.openExecution', { id: wanted }),
      icon: <IconActivity {...size} />,
      run: () => navigate({ to: '/executions/$id', params: { id: wanted } }),
    });
  } else if (deliveryID.test(wanted)) {
    found.push({
      id: 'delivery',
      title: t('palette.openDelivery', { id: wanted }),
      icon: <IconWebhook {...size} />,
      run: () => navigate({ to: '/deliveries/$id', params: { id: wanted } }),
    });
  }
  const pages = places.map(
    ({ to, icon: Icon, title }): Command => ({
      id: to,
      title: t(title),
      icon: <Icon {...size} />,
      run: () => navigate({ to }),
    }),
  );
  const actions: Command[] = [
    {
      id: 'light',
      title: t('palette.theme', { theme: t('theme.light') }),
      icon: <IconSun {...size} />,
      run: () => setColorScheme('light'),
    },
    {
      id: 'dark',
      title: t('palette.theme', { theme: t('theme.dark') }),
      icon: <IconMoon {...size} />,
      run: () => setColorScheme('dark'),
    },
    {
      id: 'system',
      title: t('palette.theme', { theme: t('theme.system') }),
      icon: <IconDeviceDesktop {...size} />,
      run: () => setColorScheme('auto'),
    },
    ...Object.entries(languages).map(
      ([tag, name]): Command => ({
        id: `language-${tag}`,
        title: name,
        icon: <IconLanguage {...size} />,
        detail: t('language.title'),
        run: () => isLanguage(tag) && chooseLanguage(tag),
      }),
    ),
    { id: 'sign-out', title: t('account.signOut'), icon: <IconLogout {...size} />, run: () => void signOut() },
  ];
  const fitting = (all: Command[]) => all.filter((c) => matches(wanted, `${c.title} ${c.detail ?? ''}`));
  const searches: Command[] =
    wanted === ''
      ? []
      : [
          {
            id: 'search-executions',
            title: t('palette.searchExecutions', { text: wanted }),
            icon: <IconSearch {...size} />,
            run: () => navigate({ to: '/executions', search: { q: quoted(wanted) } }),
          },
          {
            id: 'search-deliveries',
            title: t('palette.searchDeliveries', { text: wanted }),
            icon: <IconSearch {...size} />,
            run: () => navigate({ to: '/deliveries', search: { q: quoted(wanted) } }),
          },
        ];
  return [
    { title: t('palette.found'), commands: found },
    { title: t('palette.pages'), commands: fitting(pages) },
    { title: t('palette.actions'), commands: fitting(actions) },
    { title: t('palette.search'), commands: searches },
  ].filter((group) => group.commands.length > 0);
}
