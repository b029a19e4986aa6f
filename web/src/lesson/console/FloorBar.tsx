import { Hand, Mic, MicOff } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { LessonEvents } from '../../live/events'
import { useLive } from '../commands'
import { useStore } from '../useStore'
import { audience } from './rooms'

/** Who has the floor, and the one tap that takes it back. It is always there, so nothing jumps. */
export function FloorBar({ events }: { events: LessonEvents }) {
  const { t } = useTranslation('lesson')
  const { desk } = useLive()
  const state = useStore(events.state, (s) => s.lesson)
  const speaker = state?.floor ? (state.participants[state.floor]?.name ?? '') : ''
  return (
    <div className="lc-floor" data-taken={speaker !== ''}>
      <p role="status">
        {speaker ? <Mic aria-hidden /> : <Hand aria-hidden />}
        {speaker ? t('floor.has', { name: speaker }) : t('console.hands', { count: state?.hands.length ?? 0 })}
      </p>
      <p className="lc-count">{t('console.audience', { count: state ? audience(state) : 0 })}</p>
      <button type="button" className="tt-button" data-look="live" data-size="large" disabled={!speaker} onClick={() => void desk.send('floor.return')}>
        <MicOff aria-hidden />
        {t('floor.return')}
      </button>
    </div>
  )
}
