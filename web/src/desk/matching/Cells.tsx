import { useTranslation } from 'react-i18next'
import type { Need } from '../../api/model'

type Cell = Need['blocked'][number]
const periods = [1, 2, 3, 4, 5, 6, 7, 8]

/** Periods of the week, by the own school's numbers, to be tapped. A field of a form: it gets value and onChange from it. */
export function Cells({ value = [], onChange }: { value?: Cell[]; onChange?: (cells: Cell[]) => void }) {
  const { t } = useTranslation('desk')
  const has = (c: Cell) => value.some((v) => v.weekday === c.weekday && v.period === c.period)
  const toggle = (c: Cell) => onChange?.(has(c) ? value.filter((v) => v.weekday !== c.weekday || v.period !== c.period) : [...value, c])
  return (
    <div className="week-cells">
      {[1, 2, 3, 4, 5].map((weekday) => (
        <div key={weekday} role="group" aria-label={t(`weekday.${weekday}`)}>
          <span>{t(`weekday.${weekday}`)}</span>
          {periods.map((period) => (
            <button key={period} type="button" aria-pressed={has({ weekday, period })} onClick={() => toggle({ weekday, period })}>{period}</button>
          ))}
        </div>
      ))}
    </div>
  )
}
