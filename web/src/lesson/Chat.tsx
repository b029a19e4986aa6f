import { X } from 'lucide-react'
import { useLayoutEffect, useRef, useState } from 'react'
import type { FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { LessonEvents } from '../live/events'
import { useLive } from './commands'
import { useStore } from './useStore'
import { hourMinute } from './times'

const LONGEST = 500

/** What has been said in writing, to everyone. */
export function Chat({ events, close }: { events: LessonEvents; close: () => void }) {
  const { t } = useTranslation('lesson')
  const { me } = useLive()
  const said = useStore(events.state, (s) => s.lesson?.said)
  const list = useRef<HTMLOListElement>(null)
  useLayoutEffect(() => {
    list.current?.scrollTo(0, list.current.scrollHeight)
  }, [said])
  return (
    <aside className="ls-chat" aria-label={t('chat.title')}>
      <header>
        <h2>{t('chat.title')}</h2>
        <button type="button" className="ls-tool" aria-label={t('chat.close')} onClick={close}>
          <X aria-hidden />
        </button>
      </header>
      <ol ref={list} role="log" aria-label={t('chat.title')}>
        {said?.length === 0 && <li className="ls-chat-empty">{t('chat.empty')}</li>}
        {said?.map((words) => (
          <li key={words.seq} data-mine={words.author === me}>
            <span>
              {words.name} <time>{hourMinute(words.time)}</time>
            </span>
            <p>{words.text}</p>
          </li>
        ))}
      </ol>
      <SayForm events={events} />
    </aside>
  )
}

function SayForm({ events }: { events: LessonEvents }) {
  const { t } = useTranslation('lesson')
  const { desk } = useLive()
  const [text, setText] = useState('')
  const ready = useStore(events.state, (s) => s.link === 'open')
  const say = async (event: FormEvent) => {
    event.preventDefault()
    if (text.trim() && (await desk.send('say', { text: text.trim() }))) setText('')
  }
  return (
    <form onSubmit={(event) => void say(event)}>
      <input className="tt-input" value={text} maxLength={LONGEST} placeholder={t('chat.placeholder')} aria-label={t('chat.placeholder')} onChange={(e) => setText(e.target.value)} />
      <button type="submit" className="tt-button" data-look="primary" disabled={!ready || !text.trim()}>
        {t('chat.say')}
      </button>
    </form>
  )
}
