import type { TFunction } from 'i18next'
import type { Misfit } from '../../api/model'

/** Why a date carries no lesson, in the reader's language: the server tells the facts. */
export function misfitWords(t: TFunction, m: Misfit): string {
  const r = m.reason
  const say = (key: string, values: Record<string, unknown> = {}): string => t(`desk:misfit.${key}`, { defaultValue: '', ...values })
  const span = r.from && r.from === r.to ? 'on' : r.from ? 'since' : r.to ? 'until' : ''
  const values = {
    ...r,
    name: r.name,
    occasion: r.occasion ? say('occasion', { occasion: r.occasion }) : '',
    taught: r.taught ? t(`desk:weekday.${r.taught}`) : '',
    wanted: r.wanted ? t(`desk:weekday.${r.wanted}`) : '',
    bells: r.bells ? say('bells', { name: r.name, bells: r.bells, since: span && say(span, { ...r }) }) : say('bellsPlain', { name: r.name }),
    edge: r.edge === 'starts' || r.edge === 'ends' ? say(r.edge, { ...r }) : '',
    other: r.other?.name,
    overlap: r.overlap ?? 0,
  }
  return say(m.code === 'overlap-too-short' && !r.other ? 'alone-too-short' : m.code, values)
}
