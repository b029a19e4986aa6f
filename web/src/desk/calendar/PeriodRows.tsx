import { Button, Input } from 'antd'
import { Plus, Trash2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Period } from '../../api/model'
import { type Fault, tidyTime, withRow } from './bell-rows'

/** The periods of a day as rows to be typed. */
export function PeriodRows({ periods, wrong, onPeriods }: { periods: Period[]; wrong: Map<number, Fault>; onPeriods: (p: Period[]) => void }) {
  const { t } = useTranslation('desk')
  const change = (i: number, p: Partial<Period>) => onPeriods(periods.map((b, at) => (at === i ? { ...b, ...p } : b)))
  return (
    <>
      {periods.map((p, i) => (
        <div key={i} className="bells-row" role="group" aria-label={p.name}>
          <Input value={p.name} maxLength={40} aria-label={t('bells.name')} onChange={(e) => change(i, { name: e.target.value })} />
          <Input value={p.start} maxLength={5} inputMode="numeric" aria-label={t('bells.start')} onChange={(e) => change(i, { start: e.target.value })} onBlur={() => change(i, { start: tidyTime(p.start) })} />
          <Input value={p.end} maxLength={5} inputMode="numeric" aria-label={t('bells.end')} onChange={(e) => change(i, { end: e.target.value })} onBlur={() => change(i, { end: tidyTime(p.end) })} />
          <Button type="text" danger icon={<Trash2 size={18} />} aria-label={t('bells.remove', { name: p.name })} onClick={() => onPeriods(periods.filter((_, at) => at !== i))} />
          {wrong.has(i) && <p className="bells-wrong" role="alert">{t(`bells.${wrong.get(i)}`)}</p>}
        </div>
      ))}
      <Button icon={<Plus size={16} />} onClick={() => onPeriods(withRow(periods, (no) => t('bells.nth', { no })))}>{t('bells.add')}</Button>
    </>
  )
}
