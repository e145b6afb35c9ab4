/** Texts in the user's language. Every file in locales/<language>/ is one namespace, named like the file. */
import i18n, { type ResourceLanguage } from 'i18next';
import { initReactI18next } from 'react-i18next';

export const languages = ['en', 'ka'] as const;
export type Language = (typeof languages)[number];

const files = import.meta.glob<ResourceLanguage[string]>('./locales/*/*.json', { eager: true, import: 'default' });

/** Namespaces of one language, by name. */
function namespacesOf(language: Language): ResourceLanguage {
  const prefix = `./locales/${language}/`;
  return Object.fromEntries(Object.entries(files).flatMap(([path, texts]) => (path.startsWith(prefix) ? [[path.slice(prefix.length, -'.json'.length), texts]] : [])));
}

/** `common` is the default namespace: `t('actions.save')`; a feature's own: `useTranslation('devices')`, and `t('common:actions.save')` from there. */
export function startTexts(language: Language): void {
  void i18n.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'en',
    defaultNS: 'common',
    fallbackNS: 'common',
    resources: Object.fromEntries(languages.map(each => [each, namespacesOf(each)])),
    interpolation: { escapeValue: false }, // React escapes.
    initAsync: false,
    returnNull: false,
  });
}

/** The language of the system, where we have it. */
export function systemLanguage(): Language {
  return navigator.language.toLowerCase().startsWith('ka') ? 'ka' : 'en';
}
