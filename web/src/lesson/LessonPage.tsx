import { useTranslation } from 'react-i18next'
import { useParams } from 'react-router'

export function LessonPage() {
  const { t } = useTranslation('lesson')
  const { id } = useParams()
  return <main aria-label={t('page')} data-lesson={id} />
}
