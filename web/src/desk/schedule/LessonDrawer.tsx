import { App, Button, Drawer, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { cancelLesson } from '../../api/lessons'
import type { Lesson } from '../../api/model'
import type { Problem } from '../../app/problems'
import { urls } from '../../app/urls'
import { problemOf } from '../../app/useLoad'
import { Badge, ProblemNote } from '../../ui/parts'
import { clock, day, longDay } from '../../ui/time'
import { lookOf, toneOf } from '../lesson-state'
import { LineQuality } from '../quality/LineQuality'
import { RecordingLine } from '../RecordingLine'

interface Props {
  lesson: Lesson | null
  may: boolean
  now: number
  onClose: () => void
  onChange: () => void
}

/** One dated lesson: when it is for each school, where, by whom; the coordinator cancels it here. */
export function LessonDrawer({ lesson, may, now, onClose, onChange }: Props) {
  const { t } = useTranslation('desk')
  return (
    <Drawer open={lesson !== null} onClose={onClose} title={lesson?.title} size={440} destroyOnHidden aria-label={lesson?.title}
      closable={{ 'aria-label': t('common:close') }}>
      {lesson && <Details key={lesson.id} lesson={lesson} may={may} now={now} onDone={() => { onChange(); onClose() }} />}
    </Drawer>
  )
}

function Details({ lesson, may, now, onDone }: { lesson: Lesson; may: boolean; now: number; onDone: () => void }) {
  const { t, i18n } = useTranslation('desk')
  const look = lookOf(lesson, now)
  const facts: [string, string][] = [
    [t('lesson.when'), `${longDay(day(lesson.start), i18n.language)} ${clock(lesson.start)}–${clock(lesson.end)}`],
    [t('lesson.what'), [lesson.subject, t(`common:grade.${lesson.grade}`), t(`kind.${lesson.kind}`)].join(' · ')],
    [t('lesson.lecturer'), `${lesson.lecturer.name} · ${lesson.school.name}`],
  ]
  return (
    <div className="lesson-details">
      <p><Badge tone={toneOf[look]}>{t(`state.${look}`)}</Badge></p>
      {lesson.reason && <p className="tt-note" data-tone="bad">{t('today.reason', { reason: lesson.reason })}</p>}
      <dl>{facts.map(([k, v]) => <div key={k}><dt>{k}</dt><dd>{v}</dd></div>)}</dl>
      <h3>{t('lesson.rooms')}</h3>
      <ul>
        {lesson.rooms.map((r) => (
          <li key={r.id}>
            <strong>{r.schoolName}</strong>
            <span>{`${r.name} · ${t(`roomClass.${r.class}`)}`}</span>
            <span>{r.period ? `${r.period.name} ${r.period.start}–${r.period.end}` : t('lesson.outside')}</span>
            {r.assistant && <span>{t('lesson.assistant', { name: r.assistant.name })}</span>}
          </li>
        ))}
      </ul>
      {lesson.recording && <RecordingLine recording={lesson.recording} />}
      <div className="lesson-links">
        {lesson.state === 'live' && lesson.canJoin && <Link className="tt-button" data-look="live" to={urls.lesson(lesson.id)}>{t('act.enter')}</Link>}
        {lesson.recording?.state === 'stored' && <Link className="tt-button" data-look="primary" to={urls.resource(lesson.id)}>{t('act.replay')}</Link>}
      </div>
      {(lesson.state === 'live' || lesson.state === 'ended') && <LineQuality lesson={lesson.id} live={lesson.state === 'live'} />}
      {may && lesson.state === 'planned' && <Cancel lesson={lesson} onDone={onDone} />}
    </div>
  )
}

function Cancel({ lesson, onDone }: { lesson: Lesson; onDone: () => void }) {
  const { t } = useTranslation('desk')
  const { message } = App.useApp()
  const [reason, setReason] = useState('')
  const [asking, setAsking] = useState(false)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  if (!asking) return <Button danger onClick={() => setAsking(true)}>{t('lesson.cancel')}</Button>
  const cancel = async () => {
    setBusy(true)
    try {
      await cancelLesson(lesson, reason.trim())
      void message.success(t('lesson.cancelled'))
      onDone()
    } catch (e) {
      setProblem(problemOf(e))
      setBusy(false)
    }
  }
  return (
    <form className="lesson-cancel" onSubmit={(e) => { e.preventDefault(); void cancel() }}>
      <label className="tt-field">
        <span>{t('lesson.reason')}</span>
        <Input.TextArea value={reason} maxLength={200} rows={2} autoFocus required placeholder={t('lesson.reasonHint')} onChange={(e) => setReason(e.target.value)} />
      </label>
      {problem && <ProblemNote problem={problem} />}
      <p>
        <Button onClick={() => setAsking(false)}>{t('lesson.keep')}</Button>
        <Button danger type="primary" htmlType="submit" loading={busy} disabled={reason.trim() === ''}>{t('lesson.cancelNow')}</Button>
      </p>
    </form>
  )
}
