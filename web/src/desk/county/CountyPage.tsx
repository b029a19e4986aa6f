import { Button, Input, Segmented } from 'antd'
import { ChevronLeft, ChevronRight, Printer } from 'lucide-react'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { lessonsBetween } from '../../api/lessons'
import type { Lesson } from '../../api/model'
import { holds, useSession } from '../../app/session'
import { urls } from '../../app/urls'
import { useLoad } from '../../app/useLoad'
import { serverNow } from '../../live/http'
import { Badge, ProblemNote, Skeleton } from '../../ui/parts'
import { day, longDay, monday, plusDays } from '../../ui/time'
import { toneOf } from '../lesson-state'
import { LessonDrawer } from '../schedule/LessonDrawer'
import { RoomsBoard } from './RoomsBoard'
import { counts, daysOf, roomRows } from './rows'
import '../schedule/schedule.css'
import '../schedule/week-grid.css'
import './county.css'

const REFRESH_MS = 20_000

/** Every room of one's area on one day, or in one week: what is planned, on air, over, cancelled or missed. */
export function CountyPage() {
  const { t, i18n } = useTranslation(['timetable', 'desk'])
  const me = useSession((s) => s.me)
  const now = serverNow()
  const [date, setDate] = useState(() => day(now))
  const [week, setWeek] = useState(false)
  const [words, setWords] = useState('')
  const [picked, setPicked] = useState<Lesson | null>(null)
  const [from, to] = week ? [monday(date), plusDays(monday(date), 6)] : [date, date]
  const found = useLoad(`county ${from} ${to}`, (signal) => lessonsBetween(from, to, undefined, signal), REFRESH_MS)
  const rows = useMemo(() => roomRows(found.data ?? [], words), [found.data, words])
  const days = useMemo(() => daysOf(date, week, found.data ?? []), [date, week, found.data])
  const step = (n: number) => setDate(plusDays(date, week ? 7 * n : n))
  return (
    <div className="county">
      <header className="county-head">
        <Link to={urls.schedule} className="tt-button" data-look="plain"><ChevronLeft size={18} aria-hidden />{t('desk:schedule.title')}</Link>
        <h1>{t('county.title')}</h1>
        <Segmented aria-label={t('county.span')} value={week ? 'week' : 'day'} onChange={(v) => setWeek(v === 'week')}
          options={[{ value: 'day', label: t('county.day') }, { value: 'week', label: t('county.week') }]} />
        <div className="county-step" role="group" aria-label={t('county.date')}>
          <Button aria-label={t('county.before')} icon={<ChevronLeft size={20} />} onClick={() => step(-1)} />
          <input type="date" className="ant-input" aria-label={t('county.date')} value={date} onChange={(e) => e.target.value && setDate(e.target.value)} />
          <Button aria-label={t('county.after')} icon={<ChevronRight size={20} />} onClick={() => step(1)} />
          <Button disabled={date === day(now)} onClick={() => setDate(day(now))}>{t('county.today')}</Button>
        </div>
        <Input.Search className="county-search" allowClear placeholder={t('county.search')} aria-label={t('county.search')} value={words} onChange={(e) => setWords(e.target.value)} />
        <Button icon={<Printer size={18} />} onClick={() => print()}>{t('print')}</Button>
      </header>
      {found.problem && <ProblemNote problem={found.problem} onRetry={found.reload} />}
      {found.loading && <Skeleton height={480} />}
      {found.data && (
        <>
          <p className="county-sum" aria-live="polite">
            <strong>{week ? `${longDay(from, i18n.language)} – ${longDay(to, i18n.language)}` : longDay(date, i18n.language)}</strong>
            <span>{t('county.sum', { rooms: rows.length, lessons: found.data.length })}</span>
            {[...counts(found.data, now)].map(([look, n]) => <Badge key={look} tone={toneOf[look]}>{`${t(`desk:state.${look}`)} ${n}`}</Badge>)}
          </p>
          {rows.length === 0 ? <p className="agenda-none">{t('county.none')}</p> : <RoomsBoard rows={rows} days={days} now={now} onPick={setPicked} />}
        </>
      )}
      <LessonDrawer lesson={picked} may={me ? holds(me, 'coordinator') : false} now={now} onClose={() => setPicked(null)} onChange={found.reload} />
    </div>
  )
}
