import { Mic } from 'lucide-react'
import { useEffect, useRef } from 'react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { PaneState, VideoPaneName } from '../live/panes'
import type { Cell } from './layout'

interface Props {
  pane: PaneState<VideoPaneName>
  stream: MediaStream
  cell: Cell | undefined
  floor: boolean
  /** Somebody speaks there now. */
  voice: boolean
  label: string
  /** Told when the first picture is there. */
  onPicture?: (seen: boolean) => void
  /** Told whether the pane can be seen on the page. */
  onSeen?: (name: VideoPaneName, seen: boolean) => void
  children?: ReactNode
}

/** One pane of the stage. The element gets its stream once and keeps it. */
export function Picture({ pane, stream, cell, floor, voice, label, onPicture, onSeen, children }: Props) {
  const { t } = useTranslation('lesson')
  const video = useRef<HTMLVideoElement>(null)
  useEffect(() => {
    const element = video.current
    if (!element) return
    element.srcObject = stream
    // Muted pictures may always play; a play() that a new track interrupts goes on by itself (autoPlay).
    element.play().catch(() => undefined)
  }, [stream])
  const figure = useRef<HTMLElement>(null)
  useEffect(() => {
    if (!onSeen || !figure.current || typeof IntersectionObserver === 'undefined') return
    const observer = new IntersectionObserver((entries) => onSeen(pane.name, entries.at(-1)?.isIntersecting ?? true))
    observer.observe(figure.current)
    return () => {
      observer.disconnect()
      onSeen(pane.name, true)
    }
  }, [onSeen, pane.name])
  return (
    <figure ref={figure} className="ls-pane" hidden={!cell} data-size={cell?.size} style={{ gridArea: cell?.area }}>
      <div className="ls-frame" data-floor={floor} data-voice={voice}>
        <video
          ref={video}
          autoPlay
          muted
          playsInline
          disablePictureInPicture
          aria-label={label || t(`pane.${pane.name.split('-')[0]}`)}
          data-pane={pane.name}
          data-source={pane.source}
          data-mid={pane.mid ?? ''}
          onLoadedData={() => onPicture?.(true)}
        />
        {children}
        {pane.reason && pane.reason !== 'paused' && (
          <div className="ls-pane-note" role="status">
            {t(`notShown.${pane.reason}`, { defaultValue: t('notShown.other') })}
          </div>
        )}
        {label && cell && (
          <figcaption>
            {floor && <Mic aria-hidden />}
            <span>{label}</span>
          </figcaption>
        )}
      </div>
    </figure>
  )
}
