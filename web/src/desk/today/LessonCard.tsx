import { Clock3, DoorOpen, MonitorPlay, Play, Presentation, Tv } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate } from 'react-router'
import { startLesson } from '../../api/lessons'
import type { Lesson } from '../../api/model'
import type { Problem } from '../../app/problems'
import { useSession } from '../../app/session'
import { urls } from '../../app/urls'
import { problemOf } from '../../app/useLoad'
import { Badge, ProblemNote } from '../../ui/parts'
import { clock } from '../../ui/time'
import { actOf, lookOf, toneOf } from '../lesson-state'
import { RecordingLine } from '../RecordingLine'

interface Props {
  lesson: Lesson
  now: number
  large: boolean
  onChange: () => void
}

export function LessonCard({ lesson, now, large, onChange }: Props) {
  const { t } = useTranslation('desk')
  const look = lookOf(lesson, now)
  const minutesTo = Math.ceil((Date.parse(lesson.start) - now) / 60_000)
  return (
    <article className="tt-card lesson-card" data-look={look} data-large={large} aria-labelledby={`lesson-${lesson.id}`} data-lesson={lesson.id}>
      <p className="lesson-time">
        <span>{clock(lesson.start)}</span>
        <span>{clock(lesson.end)}</span>
      </p>
      <div className="lesson-what">
        <p className="lesson-tags">
          <Badge tone={toneOf[look]}>{t(`state.${look}`)}</Badge>
          {look === 'soon' && minutesTo > 0 && <span>{t('today.startsIn', { count: minutesTo })}</span>}
          {lesson.mine && <span>{t(`mine.${lesson.mine}`)}</span>}
        </p>
        <h2 id={`lesson-${lesson.id}`}>{lesson.title}</h2>
        <p className="lesson-facts">
          {[lesson.subject, t(`common:grade.${lesson.grade}`), t(`kind.${lesson.kind}`), t('today.lecturer', { name: lesson.lecturer.name })].join(' · ')}
        </p>
        <Places lesson={lesson} />
        {lesson.reason && <p className="lesson-reason">{t('today.reason', { reason: lesson.reason })}</p>}
        {actOf(lesson, now) === 'recording' && lesson.recording && <RecordingLine recording={lesson.recording} />}
      </div>
      <Doing lesson={lesson} now={now} large={large} onChange={onChange} />
    </article>
  )
}

/** Each school's room and own period: 明湖实验小学 第1节 08:20–09:00. */
function Places({ lesson }: { lesson: Lesson }) {
  return (
    <ul className="lesson-places">
      {lesson.rooms.map((r) => (
        <li key={r.id} data-class={r.class}>
          {r.class === 'lecturer' ? <Presentation size={16} aria-hidden /> : <Tv size={16} aria-hidden />}
          <span>{`${r.schoolName} · ${r.name}`}</span>
          {r.period && <span className="lesson-period">{`${r.period.name} ${r.period.start}–${r.period.end}`}</span>}
        </li>
      ))}
    </ul>
  )
}

/** The one big button, and for those who stand in a classroom the second: this PC is the classroom's screen. */
function Doing({ lesson, now, large, onChange }: Props) {
  const { t } = useTranslation('desk')
  const navigate = useNavigate()
  const rooms = useSession((s) => s.me?.rooms)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const act = actOf(lesson, now)
  const size = large ? 'large' : undefined

  const start = async () => {
    setBusy(true)
    setProblem(null)
    try {
      await startLesson(lesson.id)
      await navigate(urls.lesson(lesson.id))
    } catch (e) {
      setProblem(problemOf(e))
      setBusy(false)
      onChange()
    }
  }
  const asRoom = lesson.mine !== 'student' && lesson.mine !== 'lecturer' && lesson.rooms.some((r) => r.class === 'interactive' && rooms?.some((m) => m.id === r.id))
  return (
    <div className="lesson-doing">
      {act === 'enter' && (
        <Link className="tt-button" data-look="live" data-size={size} to={urls.lesson(lesson.id)}>
          <DoorOpen size={20} aria-hidden />{t('act.enter')}
        </Link>
      )}
      {act === 'enter' && asRoom && (
        <Link className="tt-button" to={urls.lessonAsRoom(lesson.id)}><MonitorPlay size={18} aria-hidden />{t('act.enterAsRoom')}</Link>
      )}
      {act === 'start' && (
        <button type="button" className="tt-button" data-look="primary" data-size={size} disabled={busy} onClick={() => void start()}>
          <Play size={20} aria-hidden />{t(busy ? 'act.starting' : 'act.start')}
        </button>
      )}
      {act === 'wait' && (
        <Link className="tt-button" data-look="primary" data-size={size} to={urls.lesson(lesson.id)}>
          <Clock3 size={20} aria-hidden />{t('act.wait')}
        </Link>
      )}
      {act === 'replay' && (
        <Link className="tt-button" data-look="primary" data-size={size} to={urls.resource(lesson.id)}>
          <Play size={20} aria-hidden />{t('act.replay')}
        </Link>
      )}
      {problem && <ProblemNote problem={problem} />}
    </div>
  )
}
