import { useTranslation } from 'react-i18next'
import { hourMinute } from '../lesson/times'
import { useStore } from '../lesson/useStore'
import type { AgentFeed } from './feed'

const TONES: Record<string, string> = { live: 'live', ended: 'good', cancelled: 'warn', missed: 'bad' }

/** All lessons of this room today. */
export function Lessons({ feed }: { feed: AgentFeed }) {
  const { t } = useTranslation('agent')
  const lessons = useStore(feed.feed, (f) => f.state?.lessons) ?? []
  return (
    <section className="tt-card ag-lessons" aria-label={t('lessons.title')}>
      <h2>{t('lessons.title')}</h2>
      {lessons.length === 0 && <p>{t('lessons.none')}</p>}
      <ol>
        {lessons.map((lesson) => (
          <li key={lesson.id}>
            <time>
              {hourMinute(lesson.start)}–{hourMinute(lesson.end)}
            </time>
            <span>
              <strong>{lesson.title}</strong>
              <small>{[lesson.lecturer, ...lesson.rooms.slice(1).map((room) => room.schoolName)].join(' · ')}</small>
            </span>
            <span className="tt-badge" data-tone={TONES[lesson.state] ?? 'info'}>
              {t(`state.${lesson.state}`)}
            </span>
          </li>
        ))}
      </ol>
    </section>
  )
}
