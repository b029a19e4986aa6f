import { MessageSquareText } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Lesson } from '../../live/lesson-api'
import type { LessonVisit, Presence } from '../../live/visit'
import { Bandwidth } from '../Bandwidth'
import { Chat } from '../Chat'
import { LessonHeader } from '../LessonHeader'
import { Refused } from '../Refused'
import { Sound } from '../Sound'
import { EndLesson } from './EndLesson'
import { FloorBar } from './FloorBar'
import { Forbid } from './Forbid'
import { RemoteView } from './RemoteView'
import { Rooms } from './Rooms'
import { ScreenShare } from './ScreenShare'
import { SlideControl } from './SlideControl'
import { useShortcuts } from './shortcuts'
import './console.css'

interface Props {
  visit: LessonVisit
  presence: Presence
  lesson: Lesson
}

/** The lecturer's desk. Its own voice stays silent here: the loudspeaker stands beside the microphone. */
export function Console({ visit, presence, lesson }: Props) {
  const { t } = useTranslation('lesson')
  const [chat, setChat] = useState(false)
  const { events, viewer, screen } = presence
  useShortcuts(events)
  return (
    <div className="ls-live" data-view="lecturer" data-chat={chat}>
      <LessonHeader presence={presence} lesson={lesson} />
      <main className="ls-main lc-main">
        <FloorBar events={events} />
        <Bandwidth events={events} lesson={lesson} />
        <Rooms presence={presence} lesson={lesson} />
        <Sound viewer={viewer} muted="voice" />
      </main>
      <aside className="lc-side" aria-label={t('console.side')}>
        <RemoteView presence={presence} />
        <SlideControl events={events} />
        <div className="lc-tools">
          {screen && <ScreenShare publisher={screen} />}
          <button type="button" className="ls-tool" aria-expanded={chat} onClick={() => setChat(!chat)}>
            <MessageSquareText aria-hidden />
            {t('chat.open')}
          </button>
          <Forbid events={events} />
          <EndLesson visit={visit} />
        </div>
        <p className="lc-keys">{t('console.keys')}</p>
      </aside>
      {chat && <Chat events={events} close={() => setChat(false)} />}
      <Refused />
    </div>
  )
}
