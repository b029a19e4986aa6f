import { Languages } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { languages, setLanguage } from '../i18n'

/** Shows the name of the other language, in that language. */
export function LanguageSwitch() {
  const { t, i18n } = useTranslation()
  const other = languages.find((l) => l !== i18n.language) ?? languages[0]
  return (
    <button type="button" className="tt-button" data-look="plain" lang={other} onClick={() => setLanguage(other)}>
      <Languages size={18} aria-hidden />
      {t(`language.${other}`)}
    </button>
  )
}
