import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { captureRoom, deviceProblem } from '../live/devices'
import type { Captured } from '../live/devices'
import { LevelMeter, SILENCE_DB, barShare } from '../live/level'
import type { Problem } from '../live/wire'
import { LevelBar } from './LevelBar'
import { useStore } from './useStore'
import { Store } from '../live/store'
import { lessonWords } from './words'

type Check = { step: 'asking' } | { step: 'open'; captured: Captured } | { step: 'failed'; problem: Problem }

/** Shows the own picture and how loud the own microphone is, before the lesson. Nothing is sent. */
export function DeviceCheck() {
  const { t } = useTranslation('lesson')
  const [check, setCheck] = useState<Check>({ step: 'asking' })
  const [wanted, setWanted] = useState(true)
  useEffect(() => {
    if (!wanted) return
    let left = false
    let stream: MediaStream | null = null
    setCheck({ step: 'asking' })
    captureRoom().then(
      (captured) => {
        stream = captured.stream
        if (left) stopAll(stream)
        else setCheck({ step: 'open', captured })
      },
      (error: unknown) => {
        setWanted(false)
        if (!left) setCheck({ step: 'failed', problem: deviceProblem(error) })
      },
    )
    return () => {
      left = true
      stopAll(stream)
    }
  }, [wanted])

  return (
    <section className="tt-card ls-check" aria-label={t('check.title')}>
      <h2>{t('check.title')}</h2>
      <p>{t('check.needed')}</p>
      {check.step === 'open' && <Opened captured={check.captured} />}
      {check.step === 'failed' && <Failed problem={check.problem} />}
      {check.step === 'asking' && <p role="status">{t('publish.asking')}</p>}
      {check.step === 'failed' && (
        <button type="button" className="tt-button" onClick={() => setWanted(true)}>
          {t('check.again')}
        </button>
      )}
    </section>
  )
}

function Opened({ captured }: { captured: Captured }) {
  const { t } = useTranslation('lesson')
  const [meter, setMeter] = useState<LevelMeter | null>(null)
  useEffect(() => {
    if (captured.stream.getAudioTracks().length === 0) return
    const meter = new LevelMeter(captured.stream)
    setMeter(meter)
    return () => meter.close()
  }, [captured])
  return (
    <>
      {captured.camera ? <Failed problem={captured.camera} /> : <video ref={(v) => play(v, captured.stream)} muted playsInline aria-label={t('check.picture')} />}
      {captured.microphone ? <Failed problem={captured.microphone} /> : <Meter meter={meter} />}
    </>
  )
}

const none = new Store(SILENCE_DB)

function Meter({ meter }: { meter: LevelMeter | null }) {
  const { t } = useTranslation('lesson')
  const db = useStore(meter?.db ?? none, (value) => value)
  return <LevelBar share={barShare(db)} label={t('check.level')} />
}

function Failed({ problem }: { problem: Problem }) {
  const { t } = useTranslation('lesson')
  const words = lessonWords(t, problem)
  return (
    <p className="ls-trouble" role="alert">
      <strong>{words.title}</strong> {words.advice}
    </p>
  )
}

function play(video: HTMLVideoElement | null, stream: MediaStream): void {
  if (!video || video.srcObject === stream) return
  video.srcObject = stream
  video.play().catch(() => undefined)
}

function stopAll(stream: MediaStream | null): void {
  for (const track of stream?.getTracks() ?? []) track.stop()
}
