import i18next, { type BackendModule, type ReadCallback } from 'i18next'
import { initReactI18next } from 'react-i18next'

/** Languages that the pages speak, the first by default. */
export const languages = ['zh', 'en'] as const
export type Language = (typeof languages)[number]

/** Resource files, one chunk each: a page fetches only its own words, in one language. */
export type Namespace = 'common' | 'problems' | 'desk' | 'desk-problems' | 'lesson' | 'agent' | 'exchange' | 'area' | 'timetable'

const files = import.meta.glob<Record<string, unknown>>('./*/*.json', { import: 'default' })

const byFile: BackendModule = {
  type: 'backend',
  init() {},
  read(language: string, namespace: string, done: ReadCallback) {
    const load = files[`./${language}/${namespace}.json`]
    if (!load) return done(new Error(`no words for ${language}/${namespace}`), false)
    load().then((words) => done(null, words as never), (e: unknown) => done(e as Error, false))
  },
}

const kept = 'tongtang.language'

/** The language that was chosen in this browser before, else Chinese: classroom PCs are often set up in English by whoever installed them. */
export function firstLanguage(): Language {
  const chosen = localStorage.getItem(kept)
  return languages.find((l) => l === chosen) ?? languages[0]
}

/** Starts i18next; resolves when the named namespaces are there. Others load when a component asks for them (it suspends). */
export async function startI18n(namespaces: Namespace[]): Promise<void> {
  i18next.on('languageChanged', (l) => {
    document.documentElement.lang = l === 'zh' ? 'zh-CN' : 'en'
  })
  await i18next
    .use(byFile)
    .use(initReactI18next)
    .init({
      lng: firstLanguage(),
      fallbackLng: false,
      supportedLngs: languages,
      load: 'currentOnly',
      ns: namespaces,
      defaultNS: 'common',
      interpolation: { escapeValue: false },
      react: { useSuspense: true },
    })
}

export function setLanguage(l: Language): void {
  localStorage.setItem(kept, l)
  void i18next.changeLanguage(l)
}
