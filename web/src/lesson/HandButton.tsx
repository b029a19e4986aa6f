import { Hand } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { LessonEvents } from '../live/events'
import { useLive } from './commands'
import { useStore } from './useStore'

/** The own hand. Its state is the lesson's, not the button's: it is up when the server says so. */
export function HandButton({ events }: { events: LessonEvents }) {
  const { t } = useTranslation('lesson')
  const { desk, me } = useLive()
  const [busy, setBusy] = useState(false)
  const place = useStore(events.state, (s) => (s.lesson?.hands.indexOf(me) ?? -1) + 1)
  const forbidden = useStore(events.state, (s) => s.lesson?.forbidden ?? false)
  const speaking = useStore(events.state, (s) => s.lesson?.floor === me)
  const ready = useStore(events.state, (s) => s.link === 'open' && s.lesson !== null)
  const turn = async () => {
    setBusy(true)
    if (place > 0) await desk.send('hand.lower')
    else await desk.send('hand.raise')
    setBusy(false)
  }
  return (
    <div className="ls-hand">
      {place > 0 && <span role="status">{t('hand.up', { place })}</span>}
      <button type="button" data-up={place > 0} aria-pressed={place > 0} disabled={!ready || busy || forbidden || speaking} onClick={() => void turn()}>
        <Hand aria-hidden />
        {t(place > 0 ? 'hand.lower' : 'hand.raise')}
      </button>
    </div>
  )
}
