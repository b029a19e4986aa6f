import type { MatchFigure } from '../../api/model'
import type { Policy } from '../../api/areas'

/** The criteria in the order in which candidates show them. */
export const criteria: MatchFigure['criterion'][] = ['slots', 'edition', 'progress', 'overlap', 'shift', 'load', 'county', 'distance', 'network', 'held', 'language']

/** The fields that are numbers, with their bounds; `of` is by what the server's number is larger than the one that people see. */
export interface NumberField {
  name: 'rooms' | 'minutes' | 'minimum' | 'held'
  min: number
  max: number
  of: number
}
export const numbers: NumberField[] = [
  { name: 'rooms', min: 1, max: 50, of: 1 },
  { name: 'minutes', min: 10, max: 180, of: 1 },
  { name: 'minimum', min: 0, max: 180, of: 1 },
  { name: 'held', min: 1, max: 100, of: 10 },
]
export const shownNumber = (f: NumberField, p: Policy) => Math.round(p[f.name] / f.of)
export const typedNumber = (f: NumberField, value: number) => value * f.of

/** The policy alone, without whose it is. */
export const plain = ({ rooms, minutes, minimum, held, anyEdition, picture, weights }: Policy): Policy => ({ rooms, minutes, minimum, held, anyEdition, picture, weights })

/** How much of the whole each criterion counts, in percent. */
export function shares(weights: Policy['weights']): Record<string, number> {
  const sum = criteria.reduce((n, c) => n + (weights[c] ?? 0), 0)
  return Object.fromEntries(criteria.map((c) => [c, sum === 0 ? 0 : Math.round(((weights[c] ?? 0) / sum) * 100)]))
}
