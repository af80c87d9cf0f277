import type { MantineColorScheme, MantineColorSchemeManager } from '@mantine/core';
import { recall, remember } from '../lib/prefs';

const name = 'theme';
const isScheme = (text: string | undefined): text is MantineColorScheme =>
  text === 'light' || text === 'dark' || text === 'auto';

/** Keeps the theme where the script in index.html looks for it. */
export const colorSchemeManager: MantineColorSchemeManager = {
  get: (otherwise) => {
    const chosen = recall(name);
    return isScheme(chosen) ? chosen : otherwise;
  },
  set: (scheme) => remember(name, scheme),
  subscribe: () => {},
  unsubscribe: () => {},
  clear: () => remember(name, undefined),
};
