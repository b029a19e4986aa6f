import { type KeyboardEvent, type PointerEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { lessonQuality } from '../../api/quality'
import type { LessonQuality, LineGroup } from '../../api/model'
import { holds, useSession } from '../../app/session'
import { useLoad } from '../../app/useLoad'
import { clock } from '../../ui/time'
import './line-quality.css'
import { moved, percent, rate, runs, stepCount } from './strip'

const WORDS = ['good', 'fair', 'poor'] as const
const POLL_MS = 10_000

/** Who had a bad line, and when: one strip for each room over the lesson's time. Nothing for whom it does not concern. */
export function LineQuality({ lesson, live }: { lesson: string; live: boolean }) {
  const { t } = useTranslation('desk')
  const me = useSession((s) => s.me)
  const may = Boolean(me && holds(me, 'lecturer', 'assistant', 'coordinator', 'school-admin', 'operator'))
  const { data } = useLoad(may ? `quality ${lesson}` : null, (signal) => lessonQuality(lesson, signal), live ? POLL_MS : 0)
  if (!data || data.groups.length === 0) return null
  return (
    <section className="line-quality" aria-label={t('lineQuality.title')}>
      <header>
        <h3>{t('lineQuality.title')}</h3>
        <Legend />
      </header>
      {data.groups.every((g) => g.steps.length === 0) ? <p className="line-moment">{t('lineQuality.none')}</p> : <Strips data={data} />}
      <Limits data={data} />
    </section>
  )
}

function Legend() {
  const { t } = useTranslation('desk')
  return <p className="line-legend">{WORDS.map((word) => <span key={word} data-word={word}>{t(`lineQuality.word.${word}`)}</span>)}</p>
}

/** Where the words end, as the server judges. */
function Limits({ data }: { data: LessonQuality }) {
  const { t } = useTranslation('desk')
  const limits = (word: 'fair' | 'poor') => {
    const { loss, rtt, frozen, concealed, upLoss } = data[word]
    return t('lineQuality.limits', {
      word: t(`lineQuality.word.${word}`), rtt, loss: percent(loss), frozen: percent(frozen), concealed: percent(concealed), upLoss: percent(upLoss),
    })
  }
  return (
    <details className="line-limits">
      <summary>{t('lineQuality.how')}</summary>
      <p>{limits('fair')}</p>
      <p>{limits('poor')}</p>
      <p>{t('lineQuality.middle')}</p>
    </details>
  )
}

function Strips({ data }: { data: LessonQuality }) {
  const { t } = useTranslation('desk')
  const [cursor, setCursor] = useState<{ key: string; n: number } | null>(null)
  const momentOf = useMoment(data)
  const count = stepCount(data)
  const name = (g: LineGroup) => `${g.school.name} · ${g.room?.name ?? t('lineQuality.alone')}`
  const at = cursor && data.groups.find((g) => name(g) === cursor.key)
  return (
    <>
      {data.groups.map((g) => {
        const key = name(g)
        return (
          <div key={key} className="line-room">
            <p><strong>{key}</strong><Summary group={g} /></p>
            <Strip group={g} name={key} count={count} at={cursor?.key === key ? cursor.n : null} say={(n) => momentOf(g, n)}
              onPoint={(n) => setCursor(n === null ? null : { key, n })} />
          </div>
        )
      })}
      <p className="line-times"><span>{clock(data.from)}</span><span>{clock(data.to)}</span></p>
      <p className="line-moment">{at && cursor ? `${cursor.key} · ${momentOf(at, cursor.n)}` : t('lineQuality.hint')}</p>
    </>
  )
}

function Summary({ group: { steps, summary } }: { group: LineGroup }) {
  const { t } = useTranslation('desk')
  if (steps.length === 0) return <span>{t('lineQuality.noData')}</span>
  if (steps.every((s) => s.viewers === 0)) return <span>{t('lineQuality.sendsOnly')}</span>
  const figures = [
    t('lineQuality.loss', { value: percent(summary.loss) }),
    summary.rtt > 0 && t('lineQuality.rtt', { value: Math.round(summary.rtt) }),
    t('lineQuality.perMinute', { value: summary.freezesPerMinute.toFixed(1) }),
  ]
  return <span>{figures.filter(Boolean).join(' · ')}</span>
}

interface StripProps {
  group: LineGroup
  name: string
  count: number
  /** Step under the cursor. */
  at: number | null
  say: (n: number) => string
  onPoint: (n: number | null) => void
}

// A worse word is also a higher bar: nobody needs to tell green from red.
const HEIGHT = { good: 9, fair: 15, poor: 22 } as const

function Strip({ group, name, count, at, say, onPoint }: StripProps) {
  const n = at ?? group.steps.at(-1)?.n ?? 0
  const point = (e: PointerEvent<SVGSVGElement>) => {
    const { left, width } = e.currentTarget.getBoundingClientRect()
    onPoint(Math.max(0, Math.min(count - 1, Math.floor(((e.clientX - left) / width) * count))))
  }
  const key = (e: KeyboardEvent) => {
    const to = moved(n, e.key, count)
    if (to === null) return
    e.preventDefault()
    onPoint(to)
  }
  return (
    <svg className="line-strip" viewBox={`0 0 ${count} 22`} preserveAspectRatio="none" role="slider" tabIndex={0} aria-label={name} aria-valuemin={0}
      aria-valuemax={count - 1} aria-valuenow={n} aria-valuetext={say(n)} onPointerMove={point} onPointerDown={point} onPointerLeave={() => onPoint(null)}
      onFocus={() => onPoint(n)} onBlur={() => onPoint(null)} onKeyDown={key}>
      {runs(group.steps).map((r) => <rect key={r.n} data-word={r.word} x={r.n} y={22 - HEIGHT[r.word]} width={r.length} height={HEIGHT[r.word]} />)}
      {at !== null && <rect className="line-cursor" x={at} y={0} width={1} height={22} />}
    </svg>
  )
}

/** The figures of one step in words. */
function useMoment({ from, step }: LessonQuality) {
  const { t } = useTranslation('desk')
  const line = (f: { loss: number; rtt: number; jitter: number; bitrate: number }) => [
    t('lineQuality.loss', { value: percent(f.loss) }),
    f.rtt > 0 && t('lineQuality.rtt', { value: Math.round(f.rtt) }),
    f.jitter > 0 && t('lineQuality.jitter', { value: Math.round(f.jitter) }),
    rate(f.bitrate),
  ]
  return (g: LineGroup, n: number): string => {
    const start = Date.parse(from) + n * step * 1000
    const time = `${clock(start)}:${String(Math.floor(start / 1000) % 60).padStart(2, '0')}`
    const s = g.steps.find((x) => x.n === n)
    if (!s) return `${time} ${t('lineQuality.noData')}`
    const words = [`${time} ${t(`lineQuality.word.${s.word}`)}`]
    const list = (figures: (string | false)[]) => figures.filter(Boolean).join(t('lineQuality.comma'))
    if (s.viewers > 0) {
      const freezes = (s.freezes ?? 0) > 0 && t('lineQuality.freezes', { count: s.freezes })
      words.push(t('lineQuality.down', { figures: list([...line(s), s.fps ? t('lineQuality.fps', { value: Math.round(s.fps) }) : false, freezes, s.viewers > 1 && t('lineQuality.viewers', { count: s.viewers })]) }))
    }
    if (s.up) words.push(t('lineQuality.up', { figures: list(line(s.up)) }))
    return words.join(' · ')
  }
}
