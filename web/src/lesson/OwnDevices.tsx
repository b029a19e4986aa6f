import { Camera, CameraOff, Mic, MicOff } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Publisher } from '../live/whip'
import { useStore } from './useStore'

/** Switches of the own microphone and camera. */
export function OwnDevices({ publisher }: { publisher: Publisher }) {
  const { t } = useTranslation('lesson')
  const state = useStore(publisher.state, (s) => s)
  if (!state.stream) return null
  return (
    <>
      <button type="button" className="ls-tool" aria-pressed={!state.microphoneOn} disabled={state.microphone !== null} onClick={() => publisher.turnMicrophone(!state.microphoneOn)}>
        {state.microphoneOn ? <Mic aria-hidden /> : <MicOff aria-hidden />}
        {t(state.microphoneOn ? 'own.muteMicrophone' : 'own.openMicrophone')}
      </button>
      <button type="button" className="ls-tool" aria-pressed={!state.cameraOn} disabled={state.camera !== null} onClick={() => publisher.turnCamera(!state.cameraOn)}>
        {state.cameraOn ? <Camera aria-hidden /> : <CameraOff aria-hidden />}
        {t(state.cameraOn ? 'own.closeCamera' : 'own.openCamera')}
      </button>
    </>
  )
}
