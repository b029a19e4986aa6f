import { useTranslation } from 'react-i18next'
import type { LessonEvents } from '../live/events'
import { useStore } from './useStore'

/** Which slide, and so which part of the lesson, it is. */
export function SlideLine({ events }: { events: LessonEvents }) {
  const { t } = useTranslation('lesson')
  const slide = useStore(events.state, (s) => s.lesson?.slide ?? null)
  return (
    <p className="ls-slide" role="status" aria-label={t('slide.label')}>
      {slide && (
        <>
          <span>{t('slide.page', { page: slide.page })}</span>
          {slide.title && <strong>{slide.title}</strong>}
        </>
      )}
    </p>
  )
}
