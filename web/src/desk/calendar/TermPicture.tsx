import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Calendar, CalendarDay } from '../../api/model'
import { serverNow } from '../../live/http'
import { day as dayOf, longDay } from '../../ui/time'
import { colourOf, isOwn, lookOf, ruleOf, stepped, weeksOf } from './term'

/** The term, weeks by weekdays: days off, make-up days and other bells are seen at once, and whose decision they are. */
export function TermPicture({ calendar: c, onDay }: { calendar: Calendar; onDay: (d: CalendarDay) => void }) {
  const { t } = useTranslation('desk')
  const today = dayOf(serverNow())
  const grid = useRef<HTMLTableElement>(null)
  const [focus, setFocus] = useState(() => (c.days.some((d) => d.date === today) ? today : c.days[0]?.date ?? ''))
  const go = (key: string) => {
    const to = stepped(c.days, focus, key)
    setFocus(to)
    grid.current?.querySelector<HTMLElement>(`[data-date="${to}"]`)?.focus()
  }
  return (
    <>
      <table ref={grid} className="term-picture" role="grid" aria-label={t('cal.term')}
        onKeyDown={(e) => { if (e.key.startsWith('Arrow')) { e.preventDefault(); go(e.key) } }}>
        <thead>
          <tr><th scope="col">{t('cal.week')}</th>{[1, 2, 3, 4, 5, 6, 7].map((d) => <th key={d} scope="col">{t(`weekday.${d}`)}</th>)}</tr>
        </thead>
        <tbody>
          {weeksOf(c.days).map((w) => (
            <tr key={w.monday}>
              <th scope="row">{w.week > 0 ? w.week : ''}</th>
              {w.days.map((d, i) => (
                <td key={i} data-look={lookOf(d, c.school)}>
                  {d && <Day calendar={c} day={d} today={d.date === today} focus={d.date === focus} onOpen={() => { setFocus(d.date); onDay(d) }} />}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <Legend calendar={c} />
    </>
  )
}

function Day({ calendar: c, day: d, today, focus, onOpen }: { calendar: Calendar; day: CalendarDay; today: boolean; focus: boolean; onOpen: () => void }) {
  const { t, i18n } = useTranslation('desk')
  const rule = ruleOf(d)
  const look = lookOf(d, c.school)
  const label = look === 'like' ? t('cal.likeShort', { day: t(`weekday.${d.weekday}`) }) : look === 'off' ? rule?.name || t('cal.off') : look === 'bells' ? rule?.bells && nameOf(c, rule.bells) : ''
  const by = rule ? c.offices.find((o) => o.id === rule.by)?.name : ''
  const words = [longDay(d.date, i18n.language), label || t(`cal.look.${look}`), rule?.name, by].filter(Boolean).join(' · ')
  return (
    <button type="button" data-date={d.date} data-today={today} data-bells={d.bells && colourOf(c, d.bells) > 0 ? Math.min(4, colourOf(c, d.bells)) : undefined}
      data-by={rule && (isOwn(c, d) ? 'own' : 'default')} tabIndex={focus ? 0 : -1} title={words} aria-label={words} onClick={onOpen}>
      <span>{d.date.endsWith('-01') ? `${Number(d.date.slice(5, 7))}/1` : Number(d.date.slice(8))}</span>
      {label && <em>{label}</em>}
    </button>
  )
}

const nameOf = (c: Calendar, called: string) => c.bells.find((b) => b.id === called)?.name ?? called

function Legend({ calendar: c }: { calendar: Calendar }) {
  const { t } = useTranslation('desk')
  return (
    <p className="term-legend">
      {(['off', 'like', 'bells'] as const).map((l) => <span key={l} data-look={l}><i />{t(`cal.look.${l}`)}</span>)}
      {c.school && <span data-by="default"><i />{t('cal.byDefault')}</span>}
      <span data-by="own"><i />{c.school ? t('cal.bySchool') : t('cal.byArea')}</span>
    </p>
  )
}
