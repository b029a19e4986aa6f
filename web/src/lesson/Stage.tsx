import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Presence } from '../live/visit'
import type { LessonState } from '../live/wire'
import { useLive } from './commands'
import { JoiningSteps } from './JoiningSteps'
import { arrange } from './layout'
import type { Cell, PaneKey } from './layout'
import { OwnPicture } from './OwnPicture'
import { Picture } from './Picture'
import { useShape } from './useShape'
import { useStore } from './useStore'

/** All pictures of the lesson. Their elements stay where they are in the document; only the cells of the grid change. */
export function Stage({ presence, lecturer }: { presence: Presence; lecturer: string }) {
  const { t } = useTranslation('lesson')
  const { me } = useLive()
  const { viewer, events, camera } = presence
  const panes = useStore(viewer.state, (s) => s.video)
  const sources = useStore(events.state, (s) => s.lesson?.sources) ?? noSources
  const participants = useStore(events.state, (s) => s.lesson?.participants)
  const floor = useStore(events.state, (s) => s.lesson?.floor ?? '')
  const speaking = useStore(events.state, (s) => s.speaking)
  const shape = useShape()
  const [seen, setSeen] = useState(false)

  const shown = useMemo(() => {
    const guests: PaneKey[] = panes.filter((p) => p.name.startsWith('guest') && p.source).map((p) => p.name)
    if (camera) guests.push('own')
    const speaker = panes.find((p) => p.source && sources[p.source]?.slot === 'guest' && sources[p.source]?.participant === floor)
    const holder: PaneKey | null = floor === '' ? null : floor === me && camera ? 'own' : (speaker?.name ?? null)
    const courseware = Boolean(panes.find((p) => p.name === 'courseware')?.source)
    return { layout: arrange({ shape, courseware, guests, floor: holder }), holder }
  }, [panes, sources, floor, me, camera, shape])

  const cells = new Map<PaneKey, Cell>(shown.layout.cells.map((cell) => [cell.key, cell]))
  const label = (source: string) => {
    const of = sources[source]
    if (!of) return ''
    // A slide needs no name on it, and the camera belongs to a room's device: pupils know the teacher.
    if (of.slot === 'courseware') return ''
    return of.slot === 'lecturer' ? lecturer : participants?.[of.participant]?.name || of.name
  }
  return (
    <section
      className="ls-stage"
      aria-label={t('stage')}
      data-arrangement={shown.layout.name}
      style={{ gridTemplateColumns: shown.layout.columns, gridTemplateRows: shown.layout.rows }}
    >
      {panes.map((pane) => (
        <Picture
          key={pane.name}
          pane={pane}
          stream={viewer.stream(pane.name)}
          cell={cells.get(pane.name)}
          floor={pane.name === shown.holder}
          voice={speaking.includes(pane.source)}
          label={label(pane.source)}
          onSeen={presence.pauses.see}
          onPicture={pane.name === 'lecturer' ? setSeen : undefined}
        >
          {pane.name === 'lecturer' && !seen && <JoiningSteps presence={presence} source={pane.source} />}
        </Picture>
      ))}
      {camera && <OwnPicture publisher={camera} cell={cells.get('own')} floor={shown.holder === 'own'} voice={speaking.some((id) => sources[id]?.participant === me)} />}
    </section>
  )
}

const noSources: LessonState['sources'] = {}
