import { useTranslation } from 'react-i18next'
import type { Lesson, LessonTime } from '../../../api/model'
import { Skeleton } from '../../../ui/parts'
import { clock, longDay } from '../../../ui/time'
import { Clashes } from '../Clashes'
import { makeUp, move, whenOf } from './act'
import { ChangeForm } from './ChangeForm'
import { verdictOf } from './moving'
import type { Moving } from './useMoving'

/** Under the week while a lesson is being moved: what is meant, what clashes there, and the reason. */
export function MovePanel({ moving, onDone }: { moving: Moving; onDone: (was: Lesson, now: Lesson) => void }) {
  const { t } = useTranslation('timetable')
  const { lesson, kind, target, hover, loading, stop } = moving
  if (!lesson) return null
  const looked = hover ?? target
  return (
    <section className="move-panel tt-card" aria-label={t(`change.${kind}`)}>
      <header>
        <strong>{t(`change.${kind}Of`, { title: lesson.title })}</strong>
        <span>{t('move.hint')}</span>
      </header>
      {loading && <Skeleton height={24} />}
      {looked && <Look time={looked} lesson={lesson} />}
      {target && (
        <ChangeForm key={target.start} lesson={lesson} title={t(`change.${kind}`)} submit={t(`change.${kind}Now`)} onCancel={stop} onDone={(now) => onDone(lesson, now)}
          act={(based, reason, s) => (kind === 'makeUp' ? makeUp : move)(based, whenOf(target), reason, s)} />
      )}
      {!target && <p><button type="button" className="tt-button" onClick={stop}>{t('common:cancel')}</button></p>}
    </section>
  )
}

function Look({ time, lesson }: { time: LessonTime; lesson: Lesson }) {
  const { t, i18n } = useTranslation('timetable')
  const names = new Map(lesson.rooms.map((r) => [r.school, r.schoolName]))
  return (
    <div className="move-look" data-verdict={verdictOf(time, lesson.start)} aria-live="polite">
      <p>
        <strong>{`${longDay(time.date, i18n.language)} ${clock(time.start)}–${clock(time.end)}`}</strong>
        <b>{t(`verdict.${verdictOf(time, lesson.start)}`)}</b>
      </p>
      <p>{time.periods.map((p) => `${names.get(p.school) ?? ''} ${p.name} ${p.start}–${p.end}`).join(' · ')}</p>
      {time.clashes.length > 0 && <Clashes clashes={time.clashes} title={t('change.clash')} />}
    </div>
  )
}
