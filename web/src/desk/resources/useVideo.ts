import { useEffect, useState } from 'react'

export interface VideoState {
  paused: boolean
  waiting: boolean
  time: number
  duration: number
  /** End of what is loaded around the present time, seconds. */
  loaded: number
  volume: number
  muted: boolean
  rate: number
}

const still: VideoState = { paused: true, waiting: false, time: 0, duration: 0, loaded: 0, volume: 1, muted: false, rate: 1 }

const events = ['play', 'pause', 'timeupdate', 'durationchange', 'progress', 'volumechange', 'ratechange', 'waiting', 'playing', 'seeking', 'seeked', 'ended', 'canplay'] as const

/** The media element's state as React sees it. */
export function useVideo(element: HTMLVideoElement | null): VideoState {
  const [state, setState] = useState(still)
  useEffect(() => {
    if (!element) return
    const read = () => setState(stateOf(element))
    for (const e of events) element.addEventListener(e, read)
    read()
    return () => {
      for (const e of events) element.removeEventListener(e, read)
    }
  }, [element])
  return state
}

function stateOf(v: HTMLVideoElement): VideoState {
  return {
    paused: v.paused,
    waiting: !v.paused && v.readyState < HTMLMediaElement.HAVE_FUTURE_DATA && !v.ended,
    time: v.currentTime,
    duration: Number.isFinite(v.duration) ? v.duration : 0,
    loaded: loadedAround(v),
    volume: v.volume,
    muted: v.muted,
    rate: v.playbackRate,
  }
}

function loadedAround(v: HTMLVideoElement): number {
  for (let i = 0; i < v.buffered.length; i++) {
    if (v.buffered.start(i) <= v.currentTime + 0.5 && v.buffered.end(i) >= v.currentTime) return v.buffered.end(i)
  }
  return 0
}
