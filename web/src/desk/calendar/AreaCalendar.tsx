import { Button, Select } from 'antd'
import { CalendarRange, Plus } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { calendar } from '../../api/calendars'
import type { BellSchedule, BellSet, Calendar, CalendarDay } from '../../api/model'
import { useLoad } from '../../app/useLoad'
import { ProblemNote, Skeleton } from '../../ui/parts'
import { useFollow } from '../useFollow'
import { BellsEditor } from './BellsEditor'
import { BellsList } from './BellsList'
import './calendar.css'
import { DayEditor } from './DayEditor'
import { TermEditor } from './TermEditor'
import { TermPicture } from './TermPicture'

/** How a school teaches through the term, or the defaults of an area: the term as a picture, and the bells by season. */
export function AreaCalendar({ area, version, onChange }: { area: string; version?: number; onChange?: () => void }) {
  const [set, setSet] = useState<BellSet>({})
  const loaded = useLoad(`calendar ${area} ${set.stage ?? ''} ${set.campus ?? ''}`, (signal) => calendar(area, set, signal))
  const { data, problem, loading, reload } = loaded
  useFollow(loaded, version)
  return (
    <>
      {problem && <ProblemNote problem={problem} onRetry={reload} />}
      {loading && <Skeleton height={480} />}
      {data && <Shown calendar={data} set={set} onSet={setSet} onChange={() => { reload(); onChange?.() }} />}
    </>
  )
}

function Shown({ calendar: c, set, onSet, onChange }: { calendar: Calendar; set: BellSet; onSet: (s: BellSet) => void; onChange: () => void }) {
  const { t } = useTranslation('desk')
  const [day, setDay] = useState<CalendarDay | null>(null)
  const [bells, setBells] = useState<BellSchedule | 'new' | null>(null)
  const [term, setTerm] = useState(false)
  const key = (s: BellSet) => `${s.stage ?? ''} ${s.campus ?? ''}`
  const words = (s: BellSet) => [s.stage && t(`stage.${s.stage}`), s.campus].filter(Boolean).join(' ')
  return (
    <div className="area-calendar">
      <section className="tt-card" aria-label={t('cal.term')}>
        <header>
          <h2>{c.school ? t('cal.term') : t('cal.defaults')}</h2>
          <span>{t('school.term', c.term)}</span>
          {c.sets.length > 1 && (
            <Select aria-label={t('cal.set')} value={key(set)} options={[{ value: ' ', label: t('cal.wholeSchool') }, ...c.sets.map((s) => ({ value: key(s), label: words(s) }))]}
              onChange={(k) => onSet(c.sets.find((s) => key(s) === k) ?? {})} />
          )}
          {c.may && c.school && <Button icon={<CalendarRange size={16} />} onClick={() => setTerm(true)}>{t('cal.editTerm')}</Button>}
        </header>
        <TermPicture calendar={c} onDay={setDay} />
      </section>
      <section className="tt-card" aria-label={t('bells.title')}>
        <header>
          <h2>{t('bells.title')}</h2>
          {c.may && <Button icon={<Plus size={16} />} onClick={() => setBells('new')}>{t('cal.newBells')}</Button>}
        </header>
        <BellsList calendar={c} onEdit={setBells} />
      </section>
      {day && <DayEditor calendar={c} day={day} onClose={() => setDay(null)} onDone={onChange} />}
      {bells && <BellsEditor calendar={c} bells={bells === 'new' ? undefined : bells} onClose={() => setBells(null)} onDone={onChange} />}
      {term && <TermEditor calendar={c} onClose={() => setTerm(false)} onDone={onChange} />}
    </div>
  )
}
