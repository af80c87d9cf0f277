/** The languages of the UI, by BCP 47 tag, in their own names. */
export const languages = {
  en: 'English',
  de: 'Deutsch',
  es: 'Español',
  fr: 'Français',
  id: 'Bahasa Indonesia',
  ja: '日本語',
  ko: '한국어',
  'zh-CN': '简体中文',
} as const;

export type Language = keyof typeof languages;

export function isLanguage(tag: string): tag is Language {
  return Object.hasOwn(languages, tag);
}

/** The first of the wished languages that there is, whatever its region; else English. */
export function choose(wished: readonly string[]): Language {
  for (const wish of wished) {
    const primary = wish.toLowerCase().split('-')[0];
    for (const tag of Object.keys(languages)) {
      if (isLanguage(tag) && tag.toLowerCase().split('-')[0] === primary) return tag;
    }
  }
  return 'en';
}
