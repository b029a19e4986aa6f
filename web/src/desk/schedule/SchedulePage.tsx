import { App, Button, Select } from 'antd'
import { BookPlus, CalendarRange, ChartColumn, ChevronLeft, ChevronRight, Handshake, Link2, Printer, Rows3, Undo2 } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { lessonsBetween } from '../../api/lessons'
import type { Lesson } from '../../api/model'
import { courses, pairings } from '../../api/plan'
import { holds, useSession } from '../../app/session'
import { urls } from '../../app/urls'
import { useLoad } from '../../app/useLoad'
import { serverNow } from '../../live/http'
import { ProblemNote, Skeleton } from '../../ui/parts'
import { day, monday, plusDays, shortDay } from '../../ui/time'
import { useNarrow } from '../../ui/useNarrow'
import { MyCalendar } from '../exchange/MyCalendar'
import { OwnTimetables } from '../exchange/OwnTimetables'
import { Agenda } from './Agenda'
import { Calendars } from './Calendars'
import { MovePanel } from './changes/MovePanel'
import { type MoveKind, type Moving, useMoving } from './changes/useMoving'
import { useUndo } from './changes/useUndo'
import { LessonDrawer } from './LessonDrawer'
import { NewPairing } from './NewPairing'
import { Plan } from './Plan'
import './schedule.css'
import { useLanes } from './useLanes'
import { WeekGrid } from './WeekGrid'

const REFRESH_MS = 20_000

/** The week of one's schools in true time; below it, for the coordinator, what is paired and which courses run. */
export function SchedulePage() {
  const { t } = useTranslation(['desk', 'timetable'])
  const { message } = App.useApp()
  const me = useSession((s) => s.me)
  const now = serverNow()
  const [week, setWeek] = useState(() => monday(day(now)))
  const [chosen, setChosen] = useState<string>()
  const [picked, setPicked] = useState<Lesson | null>(null)
  const [pairingOpen, setPairingOpen] = useState(false)
  const plans = useLoad('pairings', pairings)
  const running = useLoad('courses', courses)
  const pairing = plans.data?.find((p) => p.id === chosen) ?? plans.data?.[0]
  const lanes = useLanes(pairing, me?.school?.id, week)
  const lessons = useLoad(`week ${week}`, (signal) => lessonsBetween(week, plusDays(week, 6), undefined, signal), REFRESH_MS)
  const coordinates = me ? holds(me, 'coordinator') : false
  const matches = me ? holds(me, 'coordinator', 'school-admin', 'lecturer', 'observer') : false
  const administers = me ? holds(me, 'coordinator', 'school-admin') : false
  const problem = lessons.problem ?? lanes.problem ?? plans.problem
  const reload = () => [plans, running, lanes, lessons].forEach((l) => l.reload())
  const moving = useMoving(week)
  const undo = useUndo(lessons.reload)
  const schools = pairing && [pairing.lead.id, ...pairing.partners.map((p) => p.id)]
  const shown = lessons.data?.filter((l) => !schools || l.rooms.some((r) => schools.includes(r.school)))
  const begin = (lesson: Lesson, kind: MoveKind) => {
    setPicked(null)
    moving.start(lesson, kind)
  }
  const moved = (was: Lesson, is: Lesson) => {
    if (moving.kind === 'move') undo.note(was, is)
    moving.stop()
    lessons.reload()
    void message.success(t(moving.kind === 'move' ? 'timetable:change.moved' : 'timetable:change.madeUp'))
  }

  return (
    <div className="schedule">
      <header className="schedule-head">
        <h1>{t('schedule.title')}</h1>
        <WeekSteps week={week} today={day(now)} onWeek={setWeek} />
        <div className="schedule-tools">
          {coordinates && <Button icon={<Undo2 size={18} />} disabled={!undo.can} aria-keyshortcuts="Control+Z" onClick={() => void undo.undo()}>{t('timetable:undo.last')}</Button>}
          <Button icon={<Printer size={18} />} onClick={() => print()}>{t('timetable:print')}</Button>
          <Link className="tt-button" to={urls.county}><Rows3 size={18} aria-hidden />{t('timetable:county.title')}</Link>
          {administers && <Link className="tt-button" to={urls.ledger}><ChartColumn size={18} aria-hidden />{t('timetable:ledger.title')}</Link>}
        </div>
        {(plans.data?.length ?? 0) > 1 && (
          <Select className="schedule-pairing" aria-label={t('schedule.pairing')} value={pairing?.id} onChange={setChosen}
            options={plans.data?.map((p) => ({ value: p.id, label: [p.lead.name, ...p.partners.map((s) => s.name)].join(' — ') }))} />
        )}
        {matches && !coordinates && <Link className="tt-button schedule-new" to={urls.matching}><Handshake size={18} aria-hidden />{t('match.open')}</Link>}
        {coordinates && (
          <div className="schedule-new">
            <Link className="tt-button" to={urls.matching}><Handshake size={18} aria-hidden />{t('match.open')}</Link>
            <Link className="tt-button" to={urls.term}><CalendarRange size={18} aria-hidden />{t('term.open')}</Link>
            <Button icon={<Link2 size={18} />} onClick={() => setPairingOpen(true)}>{t('pairing.new')}</Button>
            <Link className="tt-button" data-look="primary" to={urls.newCourse}><BookPlus size={18} aria-hidden />{t('course.new')}</Link>
          </div>
        )}
      </header>
      {problem && <ProblemNote problem={problem} onRetry={reload} />}
      {lessons.loading && <div role="status" aria-label={t('common:loading')}><Skeleton height={480} /></div>}
      {shown && <Week week={week} now={now} lanes={lanes.data ?? []} lessons={shown} onPick={setPicked} moving={coordinates ? moving : undefined} />}
      <MovePanel moving={moving} onDone={moved} />
      <Plan pairings={plans.data} courses={running.data} problem={running.problem} may={coordinates} onChange={reload} />
      {administers && lanes.data && <OwnTimetables schools={lanes.data} week={week} />}
      <MyCalendar />
      {administers && lanes.data && <Calendars schools={lanes.data} />}
      <LessonDrawer lesson={picked} may={coordinates} now={now} onClose={() => setPicked(null)} onChange={reload} onMove={begin} />
      {pairingOpen && <NewPairing onClose={() => setPairingOpen(false)} onDone={reload} />}
    </div>
  )
}

function Week(props: { week: string; now: number; lanes: Parameters<typeof WeekGrid>[0]['lanes']; lessons: Lesson[]; onPick: (l: Lesson) => void; moving?: Moving }) {
  const { t } = useTranslation('desk')
  const narrow = useNarrow()
  if (narrow) return <Agenda monday={props.week} lessons={props.lessons} now={props.now} onPick={props.onPick} />
  return (
    <>
      <WeekGrid monday={props.week} today={day(props.now)} now={props.now} lanes={props.lanes} lessons={props.lessons} onPick={props.onPick} moving={props.moving} />
      <p className="schedule-legend">{t(props.lanes.length > 1 ? 'schedule.legend' : 'schedule.legendOne')}</p>
    </>
  )
}

function WeekSteps({ week, today, onWeek }: { week: string; today: string; onWeek: (monday: string) => void }) {
  const { t, i18n } = useTranslation('desk')
  return (
    <div className="schedule-week" role="group" aria-label={t('schedule.week')}>
      <Button aria-label={t('schedule.before')} icon={<ChevronLeft size={20} />} onClick={() => onWeek(plusDays(week, -7))} />
      <strong aria-live="polite">{`${shortDay(week, i18n.language)} – ${shortDay(plusDays(week, 6), i18n.language)}`}</strong>
      <Button aria-label={t('schedule.after')} icon={<ChevronRight size={20} />} onClick={() => onWeek(plusDays(week, 7))} />
      <Button disabled={week === monday(today)} onClick={() => onWeek(monday(today))}>{t('schedule.thisWeek')}</Button>
    </div>
  )
}
