import { DatePicker, InputNumber, Radio } from 'antd'
import dayjs from 'dayjs'
import { useTranslation } from 'react-i18next'
import { type Cycle, mostWeeks } from '../cycle'

const weeks: Cycle['weeks'][] = ['every', 'odd', 'even', 'cycle']

/** In which weeks: every, odd, even; or every so many weeks, from one of them on. */
export function ChooseCycle({ cycle, from, school, onCycle }: { cycle: Cycle; from: string; school: string; onCycle: (c: Cycle) => void }) {
  const { t } = useTranslation('desk')
  const change = (w: Cycle['weeks']) => onCycle({ ...cycle, weeks: w, anchor: cycle.anchor || from })
  return (
    <div className="course-cycle">
      <div className="course-kind" role="radiogroup" aria-label={t('cycle.title')}>
        <span>{t('cycle.title')}</span>
        <Radio.Group value={cycle.weeks} options={weeks.map((w) => ({ value: w, label: t(`cycle.${w}`) }))} onChange={(e) => change(e.target.value as Cycle['weeks'])} />
      </div>
      {(cycle.weeks === 'odd' || cycle.weeks === 'even') && <p>{t('cycle.own', { school })}</p>}
      {cycle.weeks === 'cycle' && (
        <div className="course-cycle-own">
          <label>
            {t('cycle.weeksEvery')}
            <InputNumber min={2} max={mostWeeks} precision={0} value={cycle.every} onChange={(n) => n && onCycle({ ...cycle, every: n })} />
            {t('cycle.weeks')}
          </label>
          <label title={t('cycle.anchorHint')}>
            {t('cycle.anchor')}
            <DatePicker allowClear={false} value={dayjs(cycle.anchor)} onChange={(d) => d && onCycle({ ...cycle, anchor: d.format('YYYY-MM-DD') })} />
          </label>
        </div>
      )}
    </div>
  )
}
