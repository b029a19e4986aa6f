import { Ban, MessagesSquare } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { LessonEvents } from '../../live/events'
import { useLive } from '../commands'
import { useStore } from '../useStore'

/** 一键禁止互动: nobody can undo it but the lecturer. */
export function Forbid({ events }: { events: LessonEvents }) {
  const { t } = useTranslation('lesson')
  const { desk } = useLive()
  const forbidden = useStore(events.state, (s) => s.lesson?.forbidden ?? false)
  return (
    <button type="button" className="ls-tool" aria-pressed={forbidden} onClick={() => void desk.send(forbidden ? 'interaction.allow' : 'interaction.forbid')}>
      {forbidden ? <MessagesSquare aria-hidden /> : <Ban aria-hidden />}
      {t(forbidden ? 'console.allow' : 'console.forbid')}
    </button>
  )
}
