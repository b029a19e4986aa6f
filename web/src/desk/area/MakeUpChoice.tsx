import { Button, InputNumber, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import type { HolidayChoice, HolidayRow } from '../../api/areas'
import { choiceOf, keyOf, suggested } from './holidays'

/** What a make-up day follows: a weekday and, for odd and even weeks, a week; or each school decides. Nothing is chosen until somebody chooses. */
export function MakeUpChoice({ row: r, choice, onChoice }: { row: HolidayRow; choice?: HolidayChoice; onChoice: (c: HolidayChoice | undefined) => void }) {
  const { t } = useTranslation(['area', 'desk'])
  const date = r.date ?? ''
  const usual = suggested(r)
  const like = (day: number) => t('desk:cal.like', { day: t(`desk:weekday.${day}`) })
  const keep = r.now && r.now.kind !== 'off' ? [{ value: 'keep', label: t('area:holidays.keep') }] : []
  const label = t('area:holidays.follows', { date })
  return (
    <div className="make-up">
      <Select aria-label={label} status={choice || r.state === 'same' ? undefined : 'warning'} placeholder={t('area:holidays.decide')}
        value={keyOf(choice) ?? (r.state === 'same' ? 'keep' : undefined)} onChange={(key: string) => onChoice(choiceOf(date, key))}
        options={[...keep, { value: 'open', label: t('area:holidays.open') }, ...[1, 2, 3, 4, 5].map((d) => ({ value: `like${d}`, label: like(d) }))]} />
      {choice?.kind === 'like' && (
        <label>
          <InputNumber aria-label={`${label} ${t('desk:cal.parity')}`} min={1} max={60} precision={0} value={choice.week ?? null} placeholder={t('desk:cal.ownWeek')} onChange={(week) => onChoice({ ...choice, week: week ?? undefined })} />
          {t('desk:cal.parity')}
        </label>
      )}
      {usual && r.suggestion && keyOf(choice) !== keyOf(usual) && r.state !== 'same' && (
        <p>
          {t('area:holidays.suggestion', { like: like(r.suggestion.weekday), date: r.suggestion.date })}
          <Button type="link" size="small" aria-label={t('area:holidays.takeFor', { date })} onClick={() => onChoice(usual)}>{t('area:holidays.take')}</Button>
        </p>
      )}
    </div>
  )
}
