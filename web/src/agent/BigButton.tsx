import { ExternalLink, Play, Square } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { urls } from '../app/urls'
import { hourMinute, span, useNow } from '../lesson/times'
import { useStore } from '../lesson/useStore'
import { subjectLine } from '../lesson/words'
import { asProblem, postJSON } from '../live/http'
import { chosenLesson, timeLeft } from './choose'
import type { AgentFeed } from './feed'
import type { AgentLesson, AgentState, OnAir } from './state'
import { agentWords } from './words'

/** Start and stop of the one lesson that matters now. */
export function BigButton({ feed }: { feed: AgentFeed }) {
  const { t } = useTranslation('agent')
  const lessons = useStore(feed.feed, (f) => f.state?.lessons) ?? []
  const onAir = useStore(feed.feed, (f) => f.state?.onAir)
  const autoStart = useStore(feed.feed, (f) => f.state?.autoStart ?? false)
  const server = useStore(feed.feed, (f) => f.state?.server.url ?? '')
  const offset = useStore(feed.feed, (f) => f.state?.server.clockOffsetMs ?? 0)
  const now = useNow() + offset
  const lesson = chosenLesson({ lessons, onAir }, now)
  if (!lesson) {
    return (
      <section className="tt-card ag-now">
        <h2>{t('now.none')}</h2>
        <p>{t('now.noneText')}</p>
      </section>
    )
  }
  const running = onAir?.lesson === lesson.id || lesson.canStop
  return (
    <section className="tt-card ag-now" data-live={running} aria-label={t('now.label')}>
      <p className="ag-kind">
        {hourMinute(lesson.start)}–{hourMinute(lesson.end)} · {subjectLine(t, lesson, lesson.lecturer)}
      </p>
      <h2>{lesson.title}</h2>
      <TimeWords lesson={lesson} now={now} />
      {onAir && <OnAirWords onAir={onAir} now={now} />}
      <StartStop feed={feed} lesson={lesson} running={running} />
      {!running && lesson.state === 'planned' && autoStart && !lesson.stopped && <p className="ag-hint">{t('now.byItself')}</p>}
      {server && lesson.state === 'live' && (
        <a className="tt-button" href={server.replace(/\/$/, '') + urls.lesson(lesson.id)} target="_blank" rel="noreferrer">
          <ExternalLink size={18} aria-hidden />
          {t('now.console')}
        </a>
      )}
    </section>
  )
}

function TimeWords({ lesson, now }: { lesson: AgentLesson; now: number }) {
  const { t } = useTranslation('agent')
  const { what, ms } = timeLeft(lesson, now)
  return (
    <p className="ag-time" role="timer">
      {t(`time.${what}`, { span: span(ms) })}
    </p>
  )
}

function OnAirWords({ onAir, now }: { onAir: OnAir; now: number }) {
  const { t } = useTranslation('agent')
  const words = onAir.problem ? agentWords(t, onAir.problem) : null
  return (
    <div className="ag-onair" role="status" data-state={onAir.state}>
      <span className="tt-badge" data-tone={onAir.state === 'live' ? 'live' : 'warn'}>
        {t(`onAir.${onAir.state}`)} {onAir.state === 'live' && span(now - Date.parse(onAir.since))}
      </span>
      {onAir.viewers !== undefined && <span>{t('onAir.viewers', { count: onAir.viewers })}</span>}
      {words && (
        <p>
          <strong>{words.title}</strong> {words.advice}
        </p>
      )}
    </div>
  )
}

function StartStop({ feed, lesson, running }: { feed: AgentFeed; lesson: AgentLesson; running: boolean }) {
  const { t } = useTranslation('agent')
  const [busy, setBusy] = useState(false)
  const [sure, setSure] = useState(false)
  const [code, setCode] = useState<string | null>(null)
  const ask = async (what: 'start' | 'stop') => {
    setBusy(true)
    setCode(null)
    try {
      feed.take(await postJSON<AgentState>(`/local/lessons/${encodeURIComponent(lesson.id)}/${what}`))
    } catch (error) {
      setCode(asProblem(error).code)
    }
    setBusy(false)
    setSure(false)
  }
  const words = code ? agentWords(t, code) : null
  return (
    <>
      {running && sure ? (
        <div className="ag-sure" role="group" aria-label={t('stop.title')}>
          <p>{t('stop.title')}</p>
          <button type="button" className="tt-button" data-size="large" onClick={() => setSure(false)}>
            {t('stop.no')}
          </button>
          <button type="button" className="tt-button" data-look="live" data-size="large" disabled={busy} onClick={() => void ask('stop')}>
            {t(busy ? 'stop.busy' : 'stop.yes')}
          </button>
        </div>
      ) : running ? (
        <button type="button" className="ag-big" data-stop disabled={busy || !lesson.canStop} onClick={() => setSure(true)}>
          <Square aria-hidden />
          {t('stop.button')}
        </button>
      ) : (
        <button type="button" className="ag-big" disabled={busy || !lesson.canStart} onClick={() => void ask('start')}>
          <Play aria-hidden />
          {t(busy ? 'start.busy' : 'start.button')}
        </button>
      )}
      {!running && !lesson.canStart && lesson.state === 'planned' && <p className="ag-hint">{t('start.early')}</p>}
      {words && (
        <p className="ag-refused" role="alert">
          <strong>{words.title}</strong> {words.advice}
        </p>
      )}
    </>
  )
}
