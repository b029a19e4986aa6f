import type { TFunction } from 'i18next'
import type { BellShift, MatchFigure, MatchReason } from '../../api/model'

/** What a criterion says of a candidate: "11 / 14 节". */
export function figureWords(t: TFunction, f: MatchFigure): string {
  if (!f.known) return t('desk:match.unknown')
  const yes = f.value > 0
  switch (f.criterion) {
    case 'edition':
    case 'county':
    case 'language':
      return t(`desk:match.figure.${f.criterion}.${yes ? 'yes' : 'no'}`)
    case 'shift':
      return yes ? t('desk:match.figure.shift', { value: f.value }) : t('desk:match.figure.noShift')
    default:
      return t(`desk:match.figure.${f.criterion}`, { value: f.value, of: f.of })
  }
}

/** Why an offer is out of question. */
export const reasonWords = (t: TFunction, r: MatchReason): string =>
  t(`desk:match.reason.${r.code}`, { ...r, grade: r.code === 'other-grade' ? t(`common:grade.${r.amount}`) : '', has: r.has || t('desk:match.noEdition') })

/** "把乙校第 3 节提前 10 分钟，可有 4 个共同课时". */
export const shiftWords = (t: TFunction, s: BellShift): string =>
  t(`desk:match.shift.${s.rest ? 'rest' : 'one'}`, {
    school: s.school.name, period: s.period, slots: s.slots, minutes: Math.abs(s.minutes), way: t(`desk:match.shift.${s.minutes < 0 ? 'earlier' : 'later'}`),
  })
