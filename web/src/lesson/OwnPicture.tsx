import { useTranslation } from 'react-i18next'
import type { PublishState, Publisher } from '../live/whip'
import type { Cell } from './layout'
import { useStore } from './useStore'
import { lessonWords } from './words'

/** What the others see of us, or why they do not. Mirrored, as people know themselves. */
export function OwnPicture({ publisher, cell, floor, voice }: { publisher: Publisher; cell: Cell | undefined; floor: boolean; voice: boolean }) {
  const { t } = useTranslation('lesson')
  const state = useStore(publisher.state, (s) => s)
  const attach = (video: HTMLVideoElement | null) => {
    if (!video || video.srcObject === state.stream) return
    video.srcObject = state.stream
    video.play().catch(() => undefined)
  }
  return (
    <figure className="ls-pane" hidden={!cell} data-size={cell?.size} style={{ gridArea: cell?.area }}>
      <div className="ls-frame" data-floor={floor} data-voice={voice}>
        <video ref={attach} muted playsInline disablePictureInPicture className="ls-own" aria-label={t('own.picture')} data-pane="own" data-phase={state.phase} />
        <OwnNote state={state} again={() => void publisher.start()} />
        <figcaption>
          <span>{t('own.picture')}</span>
        </figcaption>
      </div>
    </figure>
  )
}

function OwnNote({ state, again }: { state: PublishState; again: () => void }) {
  const { t } = useTranslation('lesson')
  const problem = state.problem ?? state.camera ?? state.microphone
  if (state.phase === 'failed' && problem) {
    const words = lessonWords(t, problem)
    return (
      <div className="ls-pane-note" role="alert">
        <strong>{words.title}</strong>
        <span>{words.advice}</span>
        <button type="button" className="tt-button" onClick={again}>
          {t('own.again')}
        </button>
      </div>
    )
  }
  // What the server answered says more than that it is tried again.
  const refused = state.problem && state.problem.status > 0 ? lessonWords(t, state.problem) : null
  if (refused && state.phase !== 'on') {
    return (
      <div className="ls-pane-note" role="alert">
        <strong>{refused.title}</strong>
        <span>{refused.advice}</span>
      </div>
    )
  }
  if (state.phase === 'asking' || state.phase === 'connecting' || state.phase === 'lost') {
    return (
      <div className="ls-pane-note" data-light role="status">
        {t(`publish.${state.phase}`)}
      </div>
    )
  }
  const only = state.camera ?? state.microphone
  if (only) {
    return (
      <div className="ls-pane-note" data-light role="status">
        {t('own.note', { what: t(state.camera ? 'own.onlyVoice' : 'own.onlyPicture'), why: lessonWords(t, only).title })}
      </div>
    )
  }
  return state.cameraOn ? null : (
    <div className="ls-pane-note" role="status">
      {t('own.cameraClosed')}
    </div>
  )
}
