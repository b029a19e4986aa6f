import { ArrowLeft, Maximize, Minimize } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { LanguageSwitch } from '../app/LanguageSwitch'
import { urls } from '../app/urls'
import type { Lesson } from '../live/lesson-api'
import type { Presence } from '../live/visit'
import { ConnectionWord } from './ConnectionWord'
import { span, useNow } from './times'
import { subjectLine } from './words'

export function LessonHeader({ presence, lesson }: { presence: Presence; lesson: Lesson }) {
  const { t } = useTranslation('lesson')
  return (
    <header className="ls-header">
      <Link className="ls-tool" to={urls.today} aria-label={t('leave')} title={t('leave')}>
        <ArrowLeft aria-hidden />
      </Link>
      <div className="ls-title">
        <h1>{lesson.title}</h1>
        <p>{subjectLine(t, lesson, lesson.lecturer.name)}</p>
      </div>
      <span className="tt-badge" data-tone="live">
        {t('onAir')} <OnAirFor since={lesson.startedAt ?? lesson.start} />
      </span>
      <ConnectionWord presence={presence} />
      <LanguageSwitch />
      <FullScreen />
    </header>
  )
}

function OnAirFor({ since }: { since: string }) {
  const { t } = useTranslation('lesson')
  return (
    <time role="timer" aria-label={t('onAirFor')}>
      {span(useNow() - Date.parse(since))}
    </time>
  )
}

function FullScreen() {
  const { t } = useTranslation('lesson')
  const [full, setFull] = useState(document.fullscreenElement !== null)
  useEffect(() => {
    const look = () => setFull(document.fullscreenElement !== null)
    document.addEventListener('fullscreenchange', look)
    return () => document.removeEventListener('fullscreenchange', look)
  }, [])
  if (!document.fullscreenEnabled) return null
  const turn = () => void (full ? document.exitFullscreen() : document.documentElement.requestFullscreen())
  const name = t(full ? 'fullScreenOff' : 'fullScreen')
  return (
    <button type="button" className="ls-tool" aria-label={name} title={name} onClick={turn}>
      {full ? <Minimize aria-hidden /> : <Maximize aria-hidden />}
    </button>
  )
}
