import { Drawer } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { Lesson } from '../../api/model'
import { urls } from '../../app/urls'
import { Badge } from '../../ui/parts'
import { clock, day, longDay } from '../../ui/time'
import { lookOf, toneOf } from '../lesson-state'
import { LineQuality } from '../quality/LineQuality'
import { RecordingLine } from '../RecordingLine'
import { Actions } from './changes/Actions'
import { Decided } from './changes/Decided'
import type { MoveKind } from './changes/useMoving'

interface Props {
  lesson: Lesson | null
  may: boolean
  now: number
  onClose: () => void
  onChange: () => void
  /** Begins to move the lesson on the week, or to make up for it. */
  onMove?: (lesson: Lesson, kind: MoveKind) => void
}

/** One dated lesson: when it is for each school, where, by whom; the coordinator cancels it here. */
export function LessonDrawer({ lesson, may, now, onClose, onChange, onMove }: Props) {
  const { t } = useTranslation('desk')
  return (
    <Drawer open={lesson !== null} onClose={onClose} title={lesson?.title} size={440} destroyOnHidden aria-label={lesson?.title}
      closable={{ 'aria-label': t('common:close') }}>
      {lesson && <Details key={lesson.id} lesson={lesson} may={may} now={now} onDone={() => { onChange(); onClose() }} onMove={onMove} />}
    </Drawer>
  )
}

function Details({ lesson, may, now, onDone, onMove }: { lesson: Lesson; may: boolean; now: number; onDone: () => void; onMove?: Props['onMove'] }) {
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
      <Decided lesson={lesson} />
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
      {may && <Actions lesson={lesson} now={now} onDone={onDone} onMove={onMove} />}
    </div>
  )
}
