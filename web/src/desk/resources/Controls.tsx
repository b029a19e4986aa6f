import { Maximize, Pause, Play, Volume2, VolumeX } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Chapter } from '../../api/model'
import { playTime } from '../../ui/time'
import { chapterAt, marks } from './chapters'
import type { Engine } from './engine'
import { toggle } from './Player'
import type { VideoState } from './useVideo'

interface Props {
  element: HTMLVideoElement
  video: VideoState
  duration: number
  chapters: Chapter[]
  engine: Engine
  onQuality: (index: number) => void
  onSeek: (to: number) => void
  onFullscreen: () => void
}

const rates = [0.75, 1, 1.25, 1.5, 2]

export function Controls({ element, video, duration, chapters, engine, onQuality, onSeek, onFullscreen }: Props) {
  const { t } = useTranslation('desk')
  const mute = () => {
    element.muted = !element.muted
  }
  return (
    <div className="player-controls">
      <SeekBar video={video} duration={duration} chapters={chapters} onSeek={onSeek} />
      <div className="player-row">
        <button type="button" aria-label={t(video.paused ? 'player.play' : 'player.pause')} onClick={() => toggle(element)}>
          {video.paused ? <Play size={24} fill="currentColor" /> : <Pause size={24} fill="currentColor" />}
        </button>
        <button type="button" aria-label={t(video.muted ? 'player.unmute' : 'player.mute')} onClick={mute}>
          {video.muted || video.volume === 0 ? <VolumeX size={22} /> : <Volume2 size={22} />}
        </button>
        <input className="player-volume" type="range" min={0} max={1} step={0.05} value={video.muted ? 0 : video.volume} aria-label={t('player.volume')}
          onChange={(e) => {
            element.muted = false
            element.volume = Number(e.target.value)
          }} />
        <span className="player-time">{`${playTime(video.time)} / ${playTime(Math.round(duration))}`}</span>
        <span className="player-chapter">{chapters[chapterAt(chapters, video.time)]?.title}</span>
        <select value={video.rate} aria-label={t('player.speed')} onChange={(e) => (element.playbackRate = Number(e.target.value))}>
          {rates.map((r) => <option key={r} value={r}>{t('player.times', { rate: r })}</option>)}
        </select>
        {engine.chosen === -1 && engine.height > 0 && <span className="player-height">{`${engine.height}P`}</span>}
        {engine.qualities.length > 0 && (
          <select value={engine.chosen} aria-label={t('player.quality')} onChange={(e) => onQuality(Number(e.target.value))}>
            <option value={-1}>{t('player.auto')}</option>
            {engine.qualities.map((q) => <option key={q.index} value={q.index}>{`${q.height}P`}</option>)}
          </select>
        )}
        <button type="button" aria-label={t('player.fullscreen')} onClick={onFullscreen}><Maximize size={22} /></button>
      </div>
    </div>
  )
}

function SeekBar({ video, duration, chapters, onSeek }: Pick<Props, 'video' | 'duration' | 'chapters' | 'onSeek'>) {
  const { t } = useTranslation('desk')
  const share = (s: number) => (duration > 0 ? `${Math.min(100, (s / duration) * 100)}%` : '0%')
  return (
    <div className="player-seek">
      <div className="player-loaded" style={{ width: share(video.loaded) }} />
      <div className="player-played" style={{ width: share(video.time) }} />
      {marks(chapters, duration).map(({ at, chapter }) => (
        <i key={`${chapter.start}-${chapter.title}`} className="player-mark" data-kind={chapter.kind} style={{ left: `${at}%` }} title={chapter.title} />
      ))}
      <input type="range" min={0} max={duration || 1} step={0.1} value={video.time} aria-label={t('player.seek')}
        aria-valuetext={t('player.of', { time: playTime(video.time), total: playTime(Math.round(duration)) })} onChange={(e) => onSeek(Number(e.target.value))} />
    </div>
  )
}
