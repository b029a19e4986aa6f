import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useStore } from '../lesson/useStore'
import type { AgentFeed } from './feed'
import { CameraPreview } from './camera-preview'
import { agentWords } from './words'

/** The picture of the camera as the agent has it. */
export function Preview({ feed }: { feed: AgentFeed }) {
  const { t } = useTranslation('agent')
  const cameras = useStore(feed.feed, (f) => f.state?.cameras) ?? []
  const [chosen, setChosen] = useState('')
  const camera = cameras.find((c) => c.name === chosen) ?? cameras[0]
  if (!camera) {
    const words = agentWords(t, 'no-camera')
    return (
      <section className="tt-card ag-preview">
        <div className="ag-picture">
          <p role="alert">
            <strong>{words.title}</strong> {words.advice}
          </p>
        </div>
      </section>
    )
  }
  const words = agentWords(t, camera.detail ?? `camera-${camera.state}`)
  const main = camera.main
  return (
    <section className="tt-card ag-preview" aria-label={t('preview.title')}>
      <div className="ag-picture">
        {camera.state === 'ok' ? <Moving key={camera.name} camera={camera.name} /> : null}
        {camera.state !== 'ok' && (
          <p role={camera.state === 'connecting' ? 'status' : 'alert'}>
            <strong>{words.title}</strong> {words.advice}
          </p>
        )}
      </div>
      <footer>
        {cameras.length > 1 ? (
          <select className="tt-input" aria-label={t('preview.camera')} value={camera.name} onChange={(e) => setChosen(e.target.value)}>
            {cameras.map((c) => (
              <option key={c.name}>{c.name}</option>
            ))}
          </select>
        ) : (
          <strong>{camera.name}</strong>
        )}
        {main && (
          <span>
            {main.width}×{main.height} · {t('preview.fps', { fps: Math.round(main.fps) })} · {main.codec}
          </span>
        )}
      </footer>
    </section>
  )
}

function Moving({ camera }: { camera: string }) {
  const { t } = useTranslation('agent')
  const video = useRef<HTMLVideoElement>(null)
  const [seen, setSeen] = useState(false)
  useEffect(() => {
    const preview = new CameraPreview(camera)
    const element = video.current
    if (element) {
      element.srcObject = preview.stream
      element.play().catch(() => undefined)
    }
    preview.start()
    return () => preview.stop()
  }, [camera])
  return (
    <>
      <video ref={video} autoPlay muted playsInline aria-label={t('preview.title')} data-pane="preview" data-source={camera} onLoadedData={() => setSeen(true)} />
      {!seen && <p role="status">{t('preview.waiting')}</p>}
    </>
  )
}
