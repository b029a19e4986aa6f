import { useTranslation } from 'react-i18next'
import type { WeekOfSchool } from './lanes'

/** Under the name of a day: what is not as on other days of its name, for all schools or for the one that decided so. */
export function DayMarks({ lanes, date }: { lanes: WeekOfSchool[]; date: string }) {
  const { t } = useTranslation('timetable')
  const said = new Map<string, string[]>()
  for (const lane of lanes) {
    const mark = lane.marks.get(date)
    if (!mark) continue
    const what = mark.off ? t('mark.off') : mark.like ? t('mark.like', { weekday: t(`desk:weekday.${mark.like}`) }) : t('mark.bells', { name: mark.bells })
    const words = mark.occasion ? t('mark.occasion', { what, occasion: mark.occasion }) : what
    said.set(words, [...(said.get(words) ?? []), lane.name])
  }
  return (
    <>
      {[...said].map(([words, schools]) => (
        <mark key={words} className="day-mark" title={schools.join(t('desk:and'))}>{schools.length === lanes.length ? words : `${schools.join(t('desk:and'))} ${words}`}</mark>
      ))}
    </>
  )
}
