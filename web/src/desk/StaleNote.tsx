import { Users } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Change } from '../api/model'
import type { Problem } from '../app/problems'
import { ProblemNote } from '../ui/parts'
import { clock, day, longDay } from '../ui/time'
import './stale.css'

type Shown = { problem: Problem; lesson?: boolean; onAgain?: () => void }

/** Why a change was refused; where somebody was faster, what that one did. */
export const Refused = ({ problem, onAgain }: Shown) => (problem.code === 'stale' ? <StaleNote problem={problem} onAgain={onAgain} /> : <ProblemNote problem={problem} />)

/** Somebody was faster: who changed what and why, and a way to go on with what was filled in here. */
export function StaleNote({ problem, lesson, onAgain }: Shown) {
  const { t } = useTranslation('timetable')
  const changes = (problem.params?.changes ?? []) as Change[]
  return (
    <div ref={(el) => el?.scrollIntoView({ block: 'nearest' })} className="tt-note stale" data-tone="warn" role="alert" data-code="stale">
      <Users size={22} aria-hidden />
      <div>
        <strong>{t(lesson ? 'stale.title' : 'stale.any')}</strong>
        <ul>
          {changes.map((c) => <ChangeLine key={c.version} change={c} />)}
          {changes.length === 0 && <li>{t('stale.unknown')}</li>}
        </ul>
        {t(onAgain ? 'stale.kept' : 'stale.keptSave')}
      </div>
      {onAgain && <button type="button" className="tt-button" onClick={onAgain}>{t('stale.again')}</button>}
    </div>
  )
}

/** "王主任 14:32 改了需求：每周节数 2 → 3". */
export function ChangeLine({ change: c, of = '' }: { change: Change; of?: string }) {
  const { t, i18n } = useTranslation('timetable')
  const said = (value: string) => (/^\d{4}-\d\d-\d\dT/.test(value) ? `${longDay(day(value), i18n.language)} ${clock(value)}` : value)
  const words = (f: Change['fields'][number]) => {
    if (f.field === 'start') return t('stale.moved', { from: said(f.from), to: said(f.to) })
    const name = t(`stale.field.${f.field}`, { defaultValue: '' })
    if (name === '') return ''
    return f.from === '' && f.to === '' ? name : t('stale.differs', { name, from: f.from || t('stale.none'), to: f.to || t('stale.none') })
  }
  return (
    <li>
      {of && <strong>{`${of} `}</strong>}
      {t('stale.line', { who: c.who.name || t('stale.server'), at: clock(c.at), what: t(`action.${c.action}`, { defaultValue: c.action }) })}
      {c.reason && t('stale.reason', { reason: c.reason })}
      {c.fields.map((f) => words(f) && <span key={f.field}>{words(f)}</span>)}
    </li>
  )
}
