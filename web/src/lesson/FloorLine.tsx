import { Mic } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { LessonEvents } from '../live/events'
import { useLive } from './commands'
import { useStore } from './useStore'

/** Who has the floor. The one who has it may give it back. */
export function FloorLine({ events }: { events: LessonEvents }) {
  const { t } = useTranslation('lesson')
  const { desk, me } = useLive()
  const floor = useStore(events.state, (s) => s.lesson?.floor ?? '')
  const name = useStore(events.state, (s) => s.lesson?.participants[floor]?.name ?? '')
  const forbidden = useStore(events.state, (s) => s.lesson?.forbidden ?? false)
  if (!floor) return <p className="ls-floor">{forbidden ? t('forbidden') : ''}</p>
  if (floor !== me) {
    return (
      <p className="ls-floor" role="status">
        <Mic aria-hidden /> {t('floor.has', { name })}
      </p>
    )
  }
  return (
    <div className="ls-floor" data-mine>
      <p role="status">
        <Mic aria-hidden /> {t('floor.mine')}
      </p>
      <button type="button" className="ls-tool" onClick={() => void desk.send('floor.return')}>
        {t('floor.done')}
      </button>
    </div>
  )
}
