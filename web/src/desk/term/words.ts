import type { TFunction } from 'i18next'
import type { TermPart, TermReason, TermSlot } from '../../api/model'

/** "周二 08:20–09:00、周四 10:20–11:00". */
export const slotWords = (t: TFunction, slots: TermSlot[]): string => slots.map((s) => `${t(`desk:weekday.${s.weekday}`)} ${s.start}–${s.end}`).join(t('desk:term.and'))

/** "石桥小学 三年级1班、柳溪小学 四年级1班". */
export const seatWords = (t: TFunction, p: TermPart): string => p.seats.map((s) => `${s.school.name} ${s.class.name}`).join(t('desk:term.and'))

/** Why offers cannot meet a need. */
export const reasonWords = (t: TFunction, r: TermReason): string => t(`desk:term.reason.${r.code}`, { offers: r.offers, defaultValue: r.detail })
