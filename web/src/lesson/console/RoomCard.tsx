import { Hand, Mic, MicOff, VideoOff } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { PaneState, VideoPaneName } from '../../live/panes'
import { useLive } from '../commands'
import type { RoomTile } from './rooms'

interface Props {
  tile: RoomTile
  pane: PaneState<VideoPaneName> | undefined
  stream: MediaStream | null
  /** The server has said what the panes show. */
  known: boolean
  /** Somebody speaks there now. */
  voice: boolean
  forbidden: boolean
}

/** One room: its picture, its hand, how often it had the floor, and the one tap that gives it. */
export function RoomCard({ tile, pane, stream, known, voice, forbidden }: Props) {
  const { t } = useTranslation('lesson')
  const video = useRef<HTMLVideoElement>(null)
  useEffect(() => {
    const element = video.current
    if (!element || element.srcObject === stream) return
    element.srcObject = stream
    if (stream) element.play().catch(() => undefined)
  }, [stream])
  const here = tile.participant !== null
  const missing = !here ? 'console.away' : !tile.source ? 'console.noCamera' : pane?.reason === 'codec' || pane?.reason === 'bandwidth' ? `notShown.${pane.reason}` : !stream && known ? 'console.notShown' : ''
  return (
    <li aria-label={tile.name}>
      <article className="lc-room" data-hand={tile.hand > 0} data-speaking={tile.speaking} data-voice={voice} data-here={here}>
        <div className="lc-picture">
          <video ref={video} hidden={!stream} autoPlay muted playsInline disablePictureInPicture aria-label={tile.name} data-pane={pane?.name ?? ''} data-source={pane?.source ?? ''} data-mid={pane?.mid ?? ''} />
          {missing && (
            <p>
              <VideoOff aria-hidden />
              {t(missing)}
            </p>
          )}
          {tile.hand > 0 && (
            <span className="lc-hand">
              <Hand aria-hidden />
              {t('console.handPlace', { place: tile.hand })}
            </span>
          )}
          {tile.speaking && (
            <span className="lc-speaking">
              <Mic aria-hidden />
              {t('console.speaking')}
            </span>
          )}
        </div>
        <div className="lc-foot">
          <div className="lc-name">
            <strong>{tile.title}</strong>
            <span>{tile.room}</span>
          </div>
          <span className="lc-turns" data-none={here && tile.turns === 0}>
            {tile.turns > 0 ? t('console.turns', { count: tile.turns }) : here && t('console.noTurn')}
          </span>
          <GiveOrReturn tile={tile} forbidden={forbidden} />
        </div>
      </article>
    </li>
  )
}

function GiveOrReturn({ tile, forbidden }: { tile: RoomTile; forbidden: boolean }) {
  const { t } = useTranslation('lesson')
  const { desk } = useLive()
  const { participant } = tile
  if (tile.speaking) {
    return (
      <button type="button" className="tt-button" data-look="live" aria-label={t('floor.returnFrom', { name: tile.name })} onClick={() => void desk.send('floor.return')}>
        <MicOff aria-hidden />
        {t('console.take')}
      </button>
    )
  }
  const give = () => participant && void desk.send('floor.give', { id: participant.id })
  return (
    <button type="button" className="tt-button" data-look="primary" disabled={!participant || forbidden} aria-label={t('floor.give', { name: tile.name })} onClick={give}>
      <Mic aria-hidden />
      {t('console.give')}
    </button>
  )
}
