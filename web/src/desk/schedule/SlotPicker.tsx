import type { CSSProperties } from 'react'
import { Check, Plus, TriangleAlert } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Slot } from '../../api/model'
import { shortDay } from '../../ui/time'
import { picture, slotKey, type SlotRow } from './slot-rows'

interface Props {
  rows: SlotRow[]
  names: Map<string, string>
  chosen: string[]
  onToggle: (slot: Slot) => void
}

/** The common slots as pictures: each school's period on one time axis, the common part lit; a button for each weekday. */
export function SlotPicker({ rows, names, chosen, onToggle }: Props) {
  const { t } = useTranslation('desk')
  const weekdays = [1, 2, 3, 4, 5, 6, 7].filter((d) => d <= 5 || rows.some((r) => r.byWeekday.has(d)))
  const style = { '--days': weekdays.length > 5 ? 4 : weekdays.length } as CSSProperties
  return (
    <ul className="slots" style={style}>
      {rows.map((row) => (
        <li key={row.key} className="tt-card slot">
          <Picture row={row} names={names} />
          <div className="slot-days" role="group" aria-label={`${row.start}–${row.end}`}>
            {weekdays.map((d) => <Day key={d} slot={row.byWeekday.get(d)} day={t(`weekday.${d}`)} chosen={chosen} onToggle={onToggle} />)}
          </div>
        </li>
      ))}
    </ul>
  )
}

function Picture({ row, names }: { row: SlotRow; names: Map<string, string> }) {
  const { t, i18n } = useTranslation('desk')
  const { bars, common } = picture(row)
  return (
    <figure className="slot-picture">
      <div className="slot-bars">
        <div className="slot-common" style={{ left: `${common.left}%`, width: `${common.width}%` }} />
        {bars.map((b, i) => (
          <div key={b.school} className="slot-line">
            <span className="slot-bar" data-lead={i === 0} style={{ marginLeft: `${b.left}%`, width: `${b.width}%` }}>
              {`${row.periods[i]?.name} ${row.periods[i]?.start}–${row.periods[i]?.end}`}
            </span>
          </div>
        ))}
      </div>
      <div className="slot-schools">{bars.map((b) => <span key={b.school}>{names.get(b.school)}</span>)}</div>
      <figcaption>{t('slot.common', { start: row.start, end: row.end, count: row.minutes })}</figcaption>
      {row.spells.slice(1).map((s) => <p key={s.from} className="slot-season">{t('slot.season', { from: shortDay(s.from, i18n.language), start: s.start, end: s.end })}</p>)}
    </figure>
  )
}

function Day({ slot, day, chosen, onToggle }: { slot?: Slot; day: string; chosen: string[]; onToggle: (s: Slot) => void }) {
  const { t } = useTranslation('desk')
  if (!slot) return <span className="slot-no">{day}</span>
  const on = chosen.includes(slotKey(slot))
  const state = on ? 'chosen' : slot.free ? 'free' : 'taken'
  return (
    <button type="button" className="tt-button slot-day" aria-pressed={on} data-state={state} aria-label={`${day} ${slot.start}–${slot.end} ${t(`slot.${state}`)}`} onClick={() => onToggle(slot)}>
      {on ? <Check size={16} aria-hidden /> : slot.free ? <Plus size={16} aria-hidden /> : <TriangleAlert size={16} aria-hidden />}
      {day}
    </button>
  )
}
