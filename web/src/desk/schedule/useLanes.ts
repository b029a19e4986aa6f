import { calendar } from '../../api/calendars'
import type { Calendar, Pairing } from '../../api/model'
import { school } from '../../api/places'
import { useLoad, type Loaded } from '../../app/useLoad'
import { Refusal } from '../../live/http'
import { laneOf } from './lanes'
import type { Lane } from './WeekGrid'

/** A school beside the week, with the address of its calendar for who may know it. */
export interface LaneSchool extends Lane {
  calendar?: string
}

/**
 * The bells of the pairing's schools as they ring in the week, the lead school's first; of one's own school where there is no pairing. A teacher
 * may see the own school's bells and not the others': those lanes are left out.
 */
export function useLanes(pairing: Pairing | undefined, own: string | undefined, monday: string): Loaded<LaneSchool[]> {
  const ids = pairing ? [pairing.lead.id, ...pairing.partners.map((p) => p.id)] : own ? [own] : []
  return useLoad(`lanes ${monday} ${ids.join(' ')}`, (signal) =>
    Promise.all(ids.map((id) => lane(id, monday, signal))).then((all) => all.filter((l) => l !== null)))
}

async function lane(id: string, monday: string, signal: AbortSignal): Promise<LaneSchool | null> {
  try {
    const [detail, days] = await Promise.all([school(id, signal), calendar(id, {}, signal).catch((): Calendar | undefined => undefined)])
    return { ...laneOf(detail, days, monday), calendar: detail.calendar }
  } catch (e) {
    if (e instanceof Refusal && (e.problem.status === 404 || e.problem.status === 403)) return null
    throw e
  }
}
