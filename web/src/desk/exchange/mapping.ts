import type { OwnLesson, RosterKind, SheetMapping } from '../../api/exchange'

/** The number that means all sheets of a workbook. */
export const wholeFile = -1

/** What a column of a timetable's sheet can be: of a grid the weekdays are known by the head, of an overview the periods too. */
export function fieldsOf(m: Pick<SheetMapping, 'form' | 'whose'>): string[] {
  if (m.form === 'list') return ['class', 'weekday', 'period', 'weeks', 'subject', 'teacher', 'room']
  return m.form === 'grid' ? ['period'] : [m.whose]
}

/** What a column of a list can be. */
export const rosterFields: Record<RosterKind, string[]> = {
  teachers: ['name', 'login', 'role'],
  classes: ['name', 'grade'],
  rooms: ['name', 'class'],
}

/** The word for the weeks of a lesson: every, odd, even, or "2/3", the second of every three. */
export function weeksWord(weeks: string): { key: string; nth?: number; every?: number } {
  const [nth, every] = weeks.split('/').map(Number)
  return every ? { key: 'weeks.cycle', nth, every } : { key: `weeks.${weeks}` }
}

/** Classes of a timetable, once each, in order. */
export const classesOf = (lessons: OwnLesson[]): string[] => [...new Set(lessons.map((l) => l.class).filter((c) => c !== ''))]
