import { useTranslation } from 'react-i18next'
import type { RecordingState } from '../api/model'
import { problemWords } from '../app/problems'
import { Progress } from '../ui/parts'
import './recording-line.css'

export interface RecordingNews {
  state: RecordingState
  percent: number
  secsLeft?: number
  reason?: string
}

/** How far a recording is, in words and as a bar; why it waits or failed, and what happens next. */
export function RecordingLine({ recording }: { recording: RecordingNews }) {
  const { t } = useTranslation('desk')
  const { state, percent, secsLeft, reason } = recording
  const moving = state === 'composing' || state === 'uploading'
  const left = secsLeft ? t(secsLeft < 60 ? 'recording.seconds' : 'recording.minutes', { count: Math.ceil(secsLeft < 60 ? secsLeft : secsLeft / 60) }) : ''
  return (
    <div className="recording-line" data-state={state}>
      <p>
        <strong>{t(`recording.${state}.title`)}</strong>
        {moving && <span>{`${Math.floor(percent)}%${left === '' ? '' : ` · ${left}`}`}</span>}
      </p>
      {moving && <Progress percent={percent} label={t(`recording.${state}.title`)} />}
      <p className="recording-why">
        {(state === 'waiting' || state === 'failed') && reason ? `${problemWords(t, { status: 0, code: reason }).title}${t('recording.stop')}` : ''}
        {t(`recording.${state}.text`)}
      </p>
    </div>
  )
}
