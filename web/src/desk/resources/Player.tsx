import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import type { Chapter } from '../../api/model'
import { resource } from '../../api/resources'
import { ProblemNote } from '../../ui/parts'
import { ChapterList } from './ChapterList'
import { Controls } from './Controls'
import { idle, Playback } from './engine'
import { useVideo } from './useVideo'
import { useKeys } from './useKeys'

interface Props {
  id: string
  title: string
  hls: string
  poster?: string
  chapters: Chapter[]
  duration: number
}

const nothing = () => () => undefined

export function Player({ id, title, hls, poster, chapters, duration: told }: Props) {
  const { t } = useTranslation('desk')
  const frame = useRef<HTMLDivElement>(null)
  const [element, setElement] = useState<HTMLVideoElement | null>(null)
  const [playback, setPlayback] = useState<Playback | null>(null)
  useEffect(() => {
    if (!element) return
    const p = new Playback(element, hls, () => resource(id))
    setPlayback(p)
    return () => p.close()
  }, [element, hls, id])
  const engine = useSyncExternalStore(playback?.subscribe ?? nothing, playback?.snapshot ?? (() => idle))
  const video = useVideo(element)
  const duration = told || video.duration

  const seek = useCallback((to: number) => {
    if (element) element.currentTime = Math.max(0, Math.min(to, element.duration || told))
  }, [element, told])
  useKeys(element, frame, chapters, seek)

  return (
    <div className="player">
      <div className="player-frame" ref={frame} data-paused={video.paused}>
        <video ref={setElement} poster={poster} playsInline aria-label={title} onClick={() => element && toggle(element)} />
        {video.waiting && !engine.problem && <p className="player-waiting" role="status">{t('player.waiting')}</p>}
        {engine.problem && <div className="player-problem"><ProblemNote problem={engine.problem} onRetry={() => playback?.retry()} /></div>}
        {element && (
          <Controls element={element} video={video} duration={duration} chapters={chapters} engine={engine}
            onQuality={(q) => playback?.choose(q)} onSeek={seek} onFullscreen={() => void fullscreen(frame.current)} />
        )}
      </div>
      <ChapterList chapters={chapters} time={video.time} onSeek={seek} />
    </div>
  )
}

export function toggle(element: HTMLVideoElement): void {
  if (element.paused) void element.play().catch(() => undefined) // refused without a click: stays paused, the button says so
  else element.pause()
}

export async function fullscreen(frame: HTMLElement | null): Promise<void> {
  if (document.fullscreenElement) await document.exitFullscreen()
  else await frame?.requestFullscreen?.()
}
