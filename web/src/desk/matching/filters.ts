import type { Need, Offer } from '../../api/model'

export type Wanted = 'open' | 'met' | 'all'
export interface Filter {
  text: string
  subject: string
  state: Wanted
}

/** A need is met when courses give it all its periods. */
export const isMet = (n: Need) => n.met >= n.periods

const holds = (text: string, ...words: (string | undefined)[]) => {
  const asked = text.trim().toLowerCase()
  return asked === '' || words.some((w) => w?.toLowerCase().includes(asked))
}

export const needsLike = (list: Need[], f: Filter) =>
  list.filter((n) => (f.subject === '' || n.subject === f.subject) && (f.state === 'all' || isMet(n) === (f.state === 'met')) && holds(f.text, n.school.name, n.class.name, n.subject))

/** Offers are filtered by the subject alone; a text finds schools or teachers only when it finds some. */
export function offersLike(list: Offer[], f: Filter): Offer[] {
  const ofSubject = list.filter((o) => f.subject === '' || o.subject === f.subject)
  const named = ofSubject.filter((o) => holds(f.text, o.school.name, o.lecturer.name, o.subject))
  return named.length > 0 ? named : ofSubject
}

export const subjectsOf = (needs: Need[], offers: Offer[]) => [...new Set([...needs, ...offers].map((x) => x.subject))].sort((a, b) => a.localeCompare(b, 'zh'))

/** How many lessons a week a proposal may still have. */
export const openPeriods = (n: Need) => Math.max(1, n.periods - Math.floor(n.met))
