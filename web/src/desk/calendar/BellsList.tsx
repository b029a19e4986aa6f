import { Button } from 'antd'
import { Pencil } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { BellSchedule, Calendar } from '../../api/model'
import { minutes } from '../../ui/time'
import { bellsInOrder } from './term'

const FROM = 7 * 60
const TO = 19 * 60

/** Every bell schedule with the days on which it rings, its day drawn in true time. */
export function BellsList({ calendar: c, onEdit }: { calendar: Calendar; onEdit: (b: BellSchedule) => void }) {
  const { t } = useTranslation('desk')
  if (c.bells.length === 0) return <p className="matching-none">{t('cal.noBells')}</p>
  return (
    <ul className="bells-list">
      {bellsInOrder(c).map((b, i) => (
        <li key={b.id} data-own={b.by === c.area.id}>
          <p>
            <strong data-bells={i > 0 ? Math.min(4, i) : undefined}>{b.name}</strong>
            <span>{daysOf(t, b)}</span>
            {b.by !== c.area.id && <em>{t('cal.defaultOf', { name: c.offices.find((o) => o.id === b.by)?.name })}</em>}
            {c.may && <Button size="small" type="text" icon={<Pencil size={15} />} aria-label={`${t('bells.edit')} ${b.name}`} onClick={() => onEdit(b)}>{t(b.by === c.area.id ? 'bells.edit' : 'cal.replace')}</Button>}
          </p>
          <Row bells={b} />
          <details>
            <summary>{t('cal.periods', { count: b.periods.filter((p) => p.lesson).length })}</summary>
            <table>
              <tbody>{b.periods.map((p) => <tr key={p.start} data-lesson={p.lesson}><td>{p.name}</td><td>{p.start}</td><td>{p.end}</td></tr>)}</tbody>
            </table>
          </details>
        </li>
      ))}
    </ul>
  )
}

/** "周一–周五 · 2026-10-01 起 · 小学" */
function daysOf(t: (key: string, values?: Record<string, unknown>) => string, b: BellSchedule): string {
  const days = b.weekdays.length === 0 ? t('cal.everyDay') : b.weekdays.join('') === '12345' ? t('cal.schoolWeek') : b.weekdays.map((d) => t(`weekday.${d}`)).join(t('and'))
  const span = b.from && b.to ? (b.from === b.to ? b.from : `${b.from} – ${b.to}`) : b.from ? t('cal.since', { from: b.from }) : b.to ? t('cal.until', { to: b.to }) : t('cal.always')
  return [span, days, b.stage && t(`stage.${b.stage}`), b.campus].filter(Boolean).join(' · ')
}

function Row({ bells: b }: { bells: BellSchedule }) {
  const at = (time: string) => Math.max(0, Math.min(100, ((minutes(time) - FROM) / (TO - FROM)) * 100))
  return (
    <div className="bells-day" aria-hidden>
      {b.periods.map((p) => (
        <span key={p.start} data-lesson={p.lesson} title={`${p.name} ${p.start}–${p.end}`} style={{ left: `${at(p.start)}%`, width: `${at(p.end) - at(p.start)}%` }}>{p.lesson ? p.no : ''}</span>
      ))}
    </div>
  )
}
