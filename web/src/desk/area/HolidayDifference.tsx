import { Checkbox } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { type HolidayFile, importHolidays, previewHolidays } from '../../api/areas'
import { urls } from '../../app/urls'
import { useLoad } from '../../app/useLoad'
import { ProblemNote, Skeleton } from '../../ui/parts'
import { EffectList } from '../calendar/EffectList'
import { useChange } from '../calendar/useChange'
import '../calendar/calendar.css'
import { Foot } from '../exchange/Foot'
import { HolidayRows } from './HolidayRows'
import { type Choices, coming, shown, undecided } from './holidays'

/** A holiday file as a difference to what holds; what make-up days follow is decided here, never guessed. */
export function HolidayDifference({ area, file, onBack }: { area: string; file: { name: string; data: string; no: number }; onBack: () => void }) {
  const { t } = useTranslation('area')
  const navigate = useNavigate()
  const [choices, setChoices] = useState<Choices>({})
  const [outside, setOutside] = useState(false)
  const sent = { name: file.name, data: file.data }
  const { data, problem, reload } = useLoad(`holidays ${area} ${file.no}`, (signal) => previewHolidays(area, { file: sent }, signal))
  const change = useChange(() => void navigate(urls.area(area)), reload)
  if (problem) return <><ProblemNote problem={problem} onRetry={reload} /><Foot onBack={onBack} /></>
  if (!data) return <Skeleton height={320} />
  if (change.effect) return <section className="tt-card import-step"><EffectList effect={change.effect} busy={change.busy} onAccept={change.accept} onBack={change.back} /></section>

  const dates = new Set(shown(data.rows, outside).map((r) => r.date))
  const body: HolidayFile = { file: sent, choices: Object.values(choices).filter((c) => dates.has(c.date)), outside }
  const open = undecided(data.rows, choices, outside).length
  const count = coming(data.rows, choices, outside)
  const note = data.bad > 0 ? t('holidays.mend', { count: data.bad }) : open > 0 ? t('holidays.undecided', { count: open }) : count === 0 ? t('holidays.nothing') : t('holidays.coming', { count })
  return (
    <section className="tt-card import-step">
      <div className="holiday-head">
        <p>{t('holidays.summary', { new: data.new, changed: data.changed, same: data.same })}</p>
        {data.outside > 0 && <Checkbox checked={outside} onChange={(e) => setOutside(e.target.checked)}>{t('holidays.outside', { count: data.outside, from: data.from, to: data.to })}</Checkbox>}
      </div>
      <HolidayRows rows={shown(data.rows, outside)} area={area} choices={choices} onChoice={(date, c) => setChoices(({ [date]: _, ...rest }) => (c ? { ...rest, [date]: c } : rest))} />
      {change.problem && <ProblemNote problem={change.problem} />}
      <Foot onBack={onBack} onImport={() => change.ask((preview) => importHolidays(area, body, data.version, preview))} busy={change.busy}
        disabled={data.bad > 0 || open > 0 || count === 0} note={note} />
    </section>
  )
}
