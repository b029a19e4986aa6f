import type { Pairing } from '../../api/model'
import { people, school } from '../../api/places'
import { useLoad } from '../../app/useLoad'
import type { Choices } from './draft'

/** The people, rooms and classes of a pairing's schools. */
export function useChoices(pairing: Pairing | undefined) {
  return useLoad<Choices>(pairing ? `choices ${pairing.id}` : null, async (signal) => {
    if (!pairing) throw new Error('asked without a pairing')
    const [lead, partners, lecturers, assistants] = await Promise.all([
      school(pairing.lead.id, signal),
      Promise.all(pairing.partners.map((p) => school(p.id, signal))),
      people({ school: pairing.lead.id, role: 'lecturer' }, signal),
      Promise.all(pairing.partners.map(async (p) => [p.id, await people({ school: p.id, role: 'assistant' }, signal)] as const)),
    ])
    return { pairing, lead, partners, lecturers, assistants: new Map(assistants) }
  })
}
