import type { Calendar, Period, SchoolDetail } from '../../api/model'
import { plusDays, weekday } from '../../ui/time'

/** How a school teaches on one day of the week that is shown, where that is not what the day's name says. */
export interface DayMark {
  off: boolean
  /** The weekday whose timetable is followed, where it is another one: a make-up day. */
  like?: number
  /** Other bells than on the week's other days: their name. */
  bells?: string
  occasion?: string
}

export interface WeekOfSchool {
  id: string
  name: string
  bells: Period[]
  /** Number of the school's own week; its parity is that of odd and even weeks. */
  week?: number
  marks: Map<string, DayMark>
}

/** A school's week: the bells that ring on its first day of teaching, its number, and the days that are otherwise. */
export function laneOf(school: Pick<SchoolDetail, 'id' | 'name' | 'bells'>, calendar: Calendar | undefined, monday: string): WeekOfSchool {
  const days = (calendar?.days ?? []).filter((d) => d.date >= monday && d.date <= plusDays(monday, 6))
  const rung = days.find((d) => !d.off && d.bells)?.bells
  const schedule = (id?: string) => calendar?.bells.find((b) => b.id === id)
  const marks = new Map<string, DayMark>()
  for (const d of days) {
    const occasion = d.rules[0]?.name || undefined
    const like = !d.off && d.weekday !== weekday(d.date) ? d.weekday : undefined
    const bells = !d.off && d.bells && d.bells !== rung ? schedule(d.bells)?.name : undefined
    if ((d.off && (d.rules.length > 0)) || like || bells) marks.set(d.date, { off: d.off, like, bells, occasion })
  }
  return { id: school.id, name: school.name, bells: schedule(rung)?.periods ?? school.bells, week: days[0]?.week, marks }
}
