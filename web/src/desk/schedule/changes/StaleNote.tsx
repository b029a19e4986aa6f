import { Users } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Change } from '../../../api/model'
import type { Problem } from '../../../app/problems'
import { clock, day, longDay } from '../../../ui/time'

/** Somebody was faster: who changed what and why, and a way to go on with what was filled in here. */
export function StaleNote({ problem, onAgain }: { problem: Problem; onAgain: () => void }) {
  const { t, i18n } = useTranslation('timetable')
  const changes = (problem.params?.changes ?? []) as Change[]
  const said = (value: string) => (/^\d{4}-\d\d-\d\dT/.test(value) ? `${longDay(day(value), i18n.language)} ${clock(value)}` : value)
  return (
    <div ref={(el) => el?.scrollIntoView({ block: 'nearest' })} className="tt-note stale" data-tone="warn" role="alert" data-code="stale">
      <Users size={22} aria-hidden />
      <div>
        <strong>{t('stale.title')}</strong>
        <ul>
          {changes.map((c) => (
            <li key={c.version}>
              {t('stale.line', { who: c.who.name || t('stale.server'), at: clock(c.at), what: t(`action.${c.action}`, { defaultValue: c.action }) })}
              {c.reason && t('stale.reason', { reason: c.reason })}
              {c.fields.filter((f) => f.field === 'start').map((f) => <span key={f.field}>{t('stale.moved', { from: said(f.from), to: said(f.to) })}</span>)}
            </li>
          ))}
          {changes.length === 0 && <li>{t('stale.unknown')}</li>}
        </ul>
        {t('stale.kept')}
      </div>
      <button type="button" className="tt-button" onClick={onAgain}>{t('stale.again')}</button>
    </div>
  )
}
