import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import en from '../locales/en.json';
import { choose, isLanguage, type Language } from './languages';
import { recall, remember } from './prefs';

// English is there from the start: it is what a missing text falls back to. Each other language is a file of its own.
const others = import.meta.glob<{ default: object }>(['../locales/*.json', '!../locales/en.json']);

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: { translation: typeof en };
  }
}

/** Starts with the language that was chosen earlier, else with one that the browser asks for. */
export async function startI18n() {
  await i18next.use(initReactI18next).init({
    resources: { en: { translation: en } },
    lng: 'en',
    fallbackLng: 'en',
    interpolation: { escapeValue: false }, // React escapes
    returnNull: false,
  });
  const chosen = recall('language');
  await speak(chosen !== undefined && isLanguage(chosen) ? chosen : choose(navigator.languages));
}

/** Shows the UI in a language. */
export async function speak(language: Language) {
  const load = others[`../locales/${language}.json`];
  if (load !== undefined && !i18next.hasResourceBundle(language, 'translation')) {
    i18next.addResourceBundle(language, 'translation', (await load()).default);
  }
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
  document.documentElement.dir = i18next.dir(language);
}

/** Shows the UI in a language from now on, also after a reload. */
export async function chooseLanguage(language: Language) {
  remember('language', language);
  await speak(language);
}
