import { useTranslation } from 'react-i18next'
import type { Lesson } from '../../live/lesson-api'
import type { VideoPaneName } from '../../live/panes'
import type { Presence } from '../../live/visit'
import { useLive } from '../commands'
import { useStore } from '../useStore'
import { RoomCard } from './RoomCard'
import { handsWithoutStage, roomTiles } from './rooms'

/** Every room of the lesson as a tile, and below the hands of those who have no camera. */
export function Rooms({ presence, lesson }: { presence: Presence; lesson: Lesson }) {
  const { t } = useTranslation('lesson')
  const { desk } = useLive()
  const { events, viewer } = presence
  const state = useStore(events.state, (s) => s.lesson)
  const panes = useStore(viewer.state, (s) => s.video)
  const speaking = useStore(events.state, (s) => s.speaking)
  if (!state) return <p className="lc-empty" role="status">{t('joining.now.enter')}</p>
  const tiles = roomTiles(lesson, state)
  const hands = handsWithoutStage(state)
  const paneOf = (source: string | undefined) => panes.find((pane) => pane.source !== '' && pane.source === source)
  const known = panes.some((pane) => pane.source !== '')
  const columns = Math.max(1, Math.ceil(Math.sqrt(tiles.length)))
  return (
    <>
      {tiles.length === 0 && <p className="lc-empty">{t('console.noRooms')}</p>}
      <ul className="lc-rooms" aria-label={t('console.rooms')} style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}>
        {tiles.map((tile) => {
          const pane = paneOf(tile.source?.id)
          return (
            <RoomCard
              key={tile.key}
              tile={tile}
              pane={pane}
              stream={pane ? viewer.stream(pane.name as VideoPaneName) : null}
              known={known}
              voice={tile.source !== null && speaking.includes(tile.source.id)}
              forbidden={state.forbidden}
            />
          )
        })}
      </ul>
      {hands.length > 0 && (
        <ul className="lc-hands" aria-label={t('console.otherHands')}>
          {hands.map(({ participant, place }) => (
            <li key={participant.id}>
              <b>{place}</b> {participant.name}
              <button type="button" className="ls-tool" aria-label={t('console.lowerHand', { name: participant.name })} onClick={() => void desk.send('hand.lower', { id: participant.id })}>
                {t('hand.lower')}
              </button>
            </li>
          ))}
        </ul>
      )}
    </>
  )
}
