import { useTranslation } from 'react-i18next'
import type { Lesson } from '../../../api/model'
import { clock, day, longDay } from '../../../ui/time'
import './changes.css'

/** What was decided about the lesson, in words. */
export function Decided({ lesson }: { lesson: Lesson }) {
  const { t, i18n } = useTranslation('timetable')
  const at = (when: string) => `${longDay(day(when), i18n.language)} ${clock(when)}`
  const lines = [
    lesson.insteadOf && t('decided.insteadOf', { who: lesson.lecturer.name, plan: lesson.insteadOf.name }),
    lesson.movedFrom && t('decided.movedFrom', { at: at(lesson.movedFrom) }),
    lesson.replaces && t('decided.replaces', { at: at(lesson.replaces.start) }),
    lesson.replacedBy && t('decided.replacedBy', { at: at(lesson.replacedBy.start) }),
    lesson.reason && t('decided.reason', { reason: lesson.reason }),
  ].filter((l) => l !== undefined && l !== '')
  if (lines.length === 0) return null
  return <div className="tt-note decided" data-tone={lesson.state === 'cancelled' ? 'bad' : 'warn'}><ul>{lines.map((l) => <li key={l}>{l}</li>)}</ul></div>
}
