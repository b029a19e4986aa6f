import { MonitorUp, MonitorX } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Publisher } from '../../live/whip'
import { useStore } from '../useStore'
import { lessonWords } from '../words'

export function ScreenShare({ publisher }: { publisher: Publisher }) {
  const { t } = useTranslation('lesson')
  const { phase, problem } = useStore(publisher.state, (s) => s)
  const refused = problem !== null && problem.status > 0 // the server's own answer
  const on = phase === 'on' || phase === 'connecting' || phase === 'lost'
  return (
    <>
      <button type="button" className="ls-tool" aria-pressed={on} disabled={phase === 'asking'} onClick={() => (on ? publisher.stop() : void publisher.start())}>
        {on ? <MonitorX aria-hidden /> : <MonitorUp aria-hidden />}
        {t(on ? 'screen.stop' : 'screen.share')}
      </button>
      {(phase === 'connecting' || phase === 'lost') && !refused && (
        <p className="lc-note" role="status">
          {t(`publish.${phase}`)}
        </p>
      )}
      {problem && (phase === 'failed' || refused) && (
        <p className="lc-note" role="alert">
          {lessonWords(t, problem).title}
        </p>
      )}
    </>
  )
}
