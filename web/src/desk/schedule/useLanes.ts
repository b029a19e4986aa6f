import type { Pairing } from '../../api/model'
import { school } from '../../api/places'
import { useLoad, type Loaded } from '../../app/useLoad'
import type { Lane } from './WeekGrid'

/** The bells of the pairing's schools, the lead school's first; of one's own school where there is no pairing. */
export function useLanes(pairing: Pairing | undefined, own: string | undefined): Loaded<Lane[]> {
  const ids = pairing ? [pairing.lead.id, ...pairing.partners.map((p) => p.id)] : own ? [own] : []
  return useLoad(`lanes ${ids.join(' ')}`, (signal) =>
    Promise.all(ids.map((id) => school(id, signal).then((s) => ({ id: s.id, name: s.name, bells: s.bells })))))
}
