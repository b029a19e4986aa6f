import type { TFunction } from 'i18next'
import type { CourseSlot } from '../../api/model'

/** In which of the lead school's own weeks a slot is held: every, odd or even ones, or every so many weeks from that of the anchor. */
export interface Cycle {
  weeks: NonNullable<CourseSlot['weeks']>
  /** Of a cycle: 2 to 20. */
  every: number
  /** Of a cycle: a day of a week in which it is held. */
  anchor: string
}

export const weekly: Cycle = { weeks: 'every', every: 3, anchor: '' }
export const mostWeeks = 20

/** As the server takes it. Every week is what it assumes. */
export const cycleOf = (c: Cycle): Pick<CourseSlot, 'weeks' | 'every' | 'anchor'> =>
  c.weeks === 'cycle' ? { weeks: 'cycle', every: c.every, anchor: c.anchor } : c.weeks === 'every' ? {} : { weeks: c.weeks }

/** "odd weeks", "every 3 weeks". */
export const cycleWords = (t: TFunction, c: Pick<CourseSlot, 'weeks' | 'every'>): string =>
  c.weeks === 'cycle' ? t('desk:cycle.everyN', { count: c.every }) : t(`desk:cycle.${c.weeks ?? 'every'}`)

export const cycleKey = (c: Cycle) => Object.values(cycleOf(c)).join(' ')
