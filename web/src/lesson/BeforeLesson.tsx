import { MonitorPlay, UserRound } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { LanguageSwitch } from '../app/LanguageSwitch'
import { urls } from '../app/urls'
import { asProblem } from '../live/http'
import type { JoinAs, Lesson } from '../live/lesson-api'
import type { LessonVisit } from '../live/visit'
import type { Problem } from '../live/wire'
import { DeviceCheck } from './DeviceCheck'
import { hourMinute, span, useNow } from './times'
import { useStore } from './useStore'
import { lessonWords, subjectLine } from './words'

interface Props {
  visit: LessonVisit
  lesson: Lesson
  choosing: boolean
  problem: Problem | null
  choose: (as: JoinAs) => void
}

/** Before the lesson: what it is, how long until it starts, and whether camera and microphone work. It is entered by itself. */
export function BeforeLesson({ visit, lesson, choosing, problem, choose }: Props) {
  const { t } = useTranslation('lesson')
  const as = useStore(visit.state, (s) => s.as)
  const lecturing = lesson.mine === 'lecturer'
  return (
    <main className="ls-before">
      <nav className="ls-before-top">
        <Link className="tt-button" data-look="plain" to={urls.today}>
          ← {t('backToToday')}
        </Link>
        <LanguageSwitch />
      </nav>
      <section className="tt-card ls-before-card">
        <p className="ls-kind">{subjectLine(t, lesson, t(`kind.${lesson.kind}`, { defaultValue: '' }))}</p>
        <h1>{lesson.title}</h1>
        <p>
          {t('before.when', { start: hourMinute(lesson.start), end: hourMinute(lesson.end) })} · {t('before.lecturer', { name: lesson.lecturer.name })}
        </p>
        <ul className="ls-places">
          {lesson.rooms.map((room) => (
            <li key={room.id}>
              {room.schoolName} · {room.name}
              {room.period && <small>{t('before.period', { name: room.period.name, start: room.period.start })}</small>}
            </li>
          ))}
        </ul>
        {choosing ? <Choice choose={choose} /> : <Countdown start={lesson.start} lecturing={lecturing} />}
        {lecturing && lesson.canStart && <StartButton visit={visit} />}
        {problem && <p role="alert">{lessonWords(t, problem).title}</p>}
      </section>
      {as === 'room' && !choosing && <DeviceCheck />}
    </main>
  )
}

function Countdown({ start, lecturing }: { start: string; lecturing: boolean }) {
  const { t } = useTranslation('lesson')
  const left = Date.parse(start) - useNow()
  return (
    <div className="ls-countdown">
      <p role="timer">{left > 0 ? t('before.startsIn', { span: span(left) }) : t('before.anyMoment')}</p>
      <p>{t(lecturing ? 'before.lecturerHint' : 'before.byItself')}</p>
    </div>
  )
}

function Choice({ choose }: { choose: (as: JoinAs) => void }) {
  const { t } = useTranslation('lesson')
  return (
    <div className="ls-choice">
      <button type="button" onClick={() => choose('room')}>
        <MonitorPlay size={36} aria-hidden />
        <strong>{t('choice.room')}</strong>
        <span>{t('choice.roomText')}</span>
      </button>
      <button type="button" onClick={() => choose('person')}>
        <UserRound size={36} aria-hidden />
        <strong>{t('choice.person')}</strong>
        <span>{t('choice.personText')}</span>
      </button>
    </div>
  )
}

function StartButton({ visit }: { visit: LessonVisit }) {
  const { t } = useTranslation('lesson')
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const start = async () => {
    setBusy(true)
    setProblem(null)
    try {
      await visit.startLesson()
    } catch (error) {
      setProblem(asProblem(error))
    }
    setBusy(false)
  }
  return (
    <>
      <button type="button" className="tt-button" data-look="primary" data-size="large" disabled={busy} onClick={() => void start()}>
        {t(busy ? 'before.starting' : 'before.start')}
      </button>
      {problem && <p role="alert">{lessonWords(t, problem).title}</p>}
    </>
  )
}
