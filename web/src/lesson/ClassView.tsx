import { MessageSquareText } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Lesson } from '../live/lesson-api'
import type { Presence } from '../live/visit'
import { Bandwidth } from './Bandwidth'
import { Chat } from './Chat'
import { FloorLine } from './FloorLine'
import { HandButton } from './HandButton'
import { LessonHeader } from './LessonHeader'
import { OwnDevices } from './OwnDevices'
import { Refused } from './Refused'
import { SlideLine } from './SlideLine'
import { Sound } from './Sound'
import { Stage } from './Stage'
import { useStore } from './useStore'

const RAISES_HANDS = ['student', 'assistant', 'room']

/** The stage as a pupil sees it; with role room as a whole class sees it, on its big screen. */
export function ClassView({ presence, lesson }: { presence: Presence; lesson: Lesson }) {
  const { t } = useTranslation('lesson')
  const { role } = presence.join
  const [chat, setChat] = useState(false)
  const said = useStore(presence.events.state, (s) => s.lesson?.said.at(-1)?.seq ?? 0)
  const [read, setRead] = useState(said)
  const turnChat = () => {
    setChat(!chat)
    setRead(said)
  }
  return (
    <div className="ls-live" data-view={role === 'room' ? 'room' : 'student'} data-chat={chat}>
      <LessonHeader presence={presence} lesson={lesson} />
      <main className="ls-main">
        <Bandwidth events={presence.events} lesson={lesson} />
        <Stage presence={presence} lecturer={lesson.lecturer.name} />
        <Sound viewer={presence.viewer} muted={null} />
      </main>
      {chat && <Chat events={presence.events} close={turnChat} />}
      <footer className="ls-bar">
        <SlideLine events={presence.events} />
        <FloorLine events={presence.events} />
        <div className="ls-bar-tools">
          {presence.camera && <OwnDevices publisher={presence.camera} />}
          <button type="button" className="ls-tool" aria-expanded={chat} onClick={turnChat}>
            <MessageSquareText aria-hidden />
            {t('chat.open')}
            {!chat && said > read && <span className="ls-dot">{t('chat.unread')}</span>}
          </button>
          {RAISES_HANDS.includes(role) && <HandButton events={presence.events} />}
        </div>
      </footer>
      <Refused />
    </div>
  )
}
