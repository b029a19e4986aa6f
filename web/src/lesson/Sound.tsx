import { Volume2 } from 'lucide-react'
import { useCallback, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AudioPaneName } from '../live/panes'
import type { Viewer } from '../live/whep'
import { useStore } from './useStore'

/** The voices. Pictures play without being asked for; a browser may want a tap before the first sound. */
export function Sound({ viewer, muted }: { viewer: Viewer; muted: AudioPaneName | null }) {
  const { t } = useTranslation('lesson')
  const panes = useStore(viewer.state, (s) => s.audio)
  const round = useStore(viewer.state, (s) => s.round)
  const [refused, setRefused] = useState(false)
  const elements = useRef(new Map<AudioPaneName, HTMLAudioElement>())
  const keep = useCallback((name: AudioPaneName, element: HTMLAudioElement | null) => {
    if (element) elements.current.set(name, element)
    else elements.current.delete(name)
  }, [])
  const playAll = useCallback(async () => {
    try {
      await Promise.all([...elements.current.values()].map((element) => element.play()))
      setRefused(false)
    } catch (error) {
      // AbortError: the stream has just got another track; the element goes on with it.
      if (error instanceof DOMException && error.name === 'NotAllowedError') setRefused(true)
    }
  }, [])
  useEffect(() => {
    // Chromium never starts an audio element whose stream was empty when it got it: it gets the stream with each new connection's tracks in it.
    if (round === 0) return
    for (const [name, element] of elements.current) {
      element.srcObject = null
      element.srcObject = viewer.stream(name)
    }
    void playAll()
  }, [viewer, round, playAll])
  return (
    <>
      {panes.map(({ name, mid, source }) => (
        <audio key={name} ref={(element) => keep(name, element)} autoPlay muted={name === muted} data-pane={name} data-mid={mid ?? ''} data-source={source} />
      ))}
      {refused && (
        <button type="button" className="ls-sound" onClick={() => void playAll()}>
          <Volume2 aria-hidden />
          {t('tapForSound')}
        </button>
      )}
    </>
  )
}
