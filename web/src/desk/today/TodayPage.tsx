import { Coffee } from 'lucide-react'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { lessonsBetween, today } from '../../api/lessons'
import type { Lesson } from '../../api/model'
import { holds, useSession } from '../../app/session'
import { urls } from '../../app/urls'
import { useLoad } from '../../app/useLoad'
import { Empty, ProblemNote, Skeleton } from '../../ui/parts'
import { clock, day, longDay, plusDays } from '../../ui/time'
import { byUrgency } from '../lesson-state'
import { Asks } from './Asks'
import { LessonCard } from './LessonCard'
import './today.css'

const REFRESH_MS = 10_000

/** What is on for me today: the running or next lesson large, the others below. */
export function TodayPage() {
  const { t, i18n } = useTranslation('desk')
  const me = useSession((s) => s.me)
  const { data, problem, loading, reload } = useLoad('today', today, REFRESH_MS)
  const now = data ? Date.parse(data.now) : Date.now()
  const lessons = useMemo(() => byUrgency(data?.lessons ?? [], now), [data, now])

  return (
    <div className="today">
      <header className="today-head">
        <div>
          <h1>{t('today.hello', { name: me?.name })}</h1>
          <p>{longDay(data?.date ?? day(now), i18n.language)}</p>
        </div>
        <p className="today-clock" aria-label={t('today.clock')}>{clock(now)}</p>
      </header>
      {problem && <ProblemNote problem={problem} onRetry={reload} />}
      {me && holds(me, 'school-admin', 'lecturer') && <Asks />}
      {loading && <div className="today-list" role="status" aria-label={t('common:loading')}><Skeleton height={210} count={2} /></div>}
      {data && lessons.length > 0 && (
        <ul className="today-list">
          {lessons.map((l, i) => <li key={l.id}><LessonCard lesson={l} now={now} large={i === 0} onChange={reload} /></li>)}
        </ul>
      )}
      {data && lessons.length > 0 && <div className="today-next"><Upcoming after={data.date} /></div>}
      {data && lessons.length === 0 && (
        <Empty icon={<Coffee size={56} strokeWidth={1.4} />} title={t('today.none')}>
          <Upcoming after={data.date} />
        </Empty>
      )}
    </div>
  )
}

/** The next lesson of the coming two weeks. */
function Upcoming({ after }: { after: string }) {
  const { t, i18n } = useTranslation('desk')
  const { data } = useLoad(`after ${after}`, (signal) => lessonsBetween(plusDays(after, 1), plusDays(after, 14), undefined, signal))
  const next: Lesson | undefined = data?.find((l) => l.state === 'planned' && l.mine) ?? data?.find((l) => l.state === 'planned')
  if (!data) return null
  return (
    <>
      <p>{next ? t('today.next', { day: longDay(day(next.start), i18n.language), time: clock(next.start), title: next.title }) : t('today.noneSoon')}</p>
      <Link className="tt-button" to={urls.schedule}>{t('today.toSchedule')}</Link>
    </>
  )
}
