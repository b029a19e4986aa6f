import { ChevronLeft } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import type { SchoolDetail } from '../../api/model'
import { school } from '../../api/places'
import { holds, useSession } from '../../app/session'
import { urls } from '../../app/urls'
import { useLoad } from '../../app/useLoad'
import { Badge, ProblemNote, Skeleton } from '../../ui/parts'
import { CalendarCard } from '../CalendarCard'
import { AreaCalendar } from '../calendar/AreaCalendar'
import { ClassSet } from '../calendar/ClassSet'
import { ImportLink } from '../exchange/ImportLink'
import { RoomCalendars } from '../exchange/RoomCalendars'
import { OwnTimetableCard } from '../exchange/OwnTimetable'
import { ContractCard } from './Contract'
import { PlaceCard } from './Place'
import { PortableDevices } from './PortableDevices'
import { TeachingGroups } from './TeachingGroups'
import './schools.css'

/** One school: its bells, rooms, classes, and the address of its calendar. */
export function SchoolPage() {
  const { t } = useTranslation('desk')
  const { id = '' } = useParams()
  const { data, problem, loading, reload } = useLoad(`school ${id}`, (signal) => school(id, signal))
  return (
    <div className="schools">
      <Link className="school-back" to={urls.schools}><ChevronLeft size={18} aria-hidden />{t('school.title')}</Link>
      {problem && <ProblemNote problem={problem} onRetry={reload} />}
      {loading && <Skeleton height={320} />}
      {data && <Details school={data} onChange={reload} />}
    </div>
  )
}

function Details({ school: s, onChange }: { school: SchoolDetail; onChange: () => void }) {
  const { t } = useTranslation('desk')
  const me = useSession((state) => state.me)
  // The server decides; here it is only whether to show the controls: the coordinator, or this school's own administrator.
  const own = me?.roles.some((r) => r.role === 'school-admin' && (r.area === s.id || me.school?.id === s.id)) ?? false
  const may = own || (me ? holds(me, 'coordinator') : false)
  const works = me?.roles.some((r) => r.role !== 'student') ?? false
  const [round, setRound] = useState(0) // the calendar is read anew when something else of the school has changed: they have one version
  const changed = () => { onChange(); setRound(round + 1) }
  const contracts = me ? holds(me, 'coordinator', 'operator') : false
  return (
    <>
      <header>
        <h1>{s.name}</h1>
        <p className="school-facts">{[t(`school.${s.kind}`), s.areaName, t(`stage.${s.stage}`), t('school.code', { code: s.code }), t('school.term', s.term)].join(' · ')}</p>
        {(own || (me ? holds(me, 'operator') : false)) && <ImportLink school={s.id} kind="teachers" />}
      </header>
      <AreaCalendar key={`${s.id} ${round}`} area={s.id} version={s.version} onChange={onChange} />
      <div className="school-side">
        <section className="tt-card" aria-label={t('school.rooms')}>
          <header className="school-list-head"><h2>{t('school.rooms')}</h2>{may && <ImportLink school={s.id} kind="rooms" />}</header>
          <ul>{s.rooms.map((r) => <li key={r.id}><span>{r.name}</span><Badge tone={r.class === 'lecturer' ? 'info' : 'calm'}>{t(`roomClass.${r.class}`)}</Badge></li>)}</ul>
        </section>
        <section className="tt-card" aria-label={t('school.classes')}>
          <header className="school-list-head"><h2>{t('school.classes')}</h2>{may && <ImportLink school={s.id} kind="classes" />}</header>
          <ul>{s.classes.map((c) => <li key={c.id}><span>{c.name}</span><ClassSet school={s} cls={c} may={may} onChange={changed} /></li>)}</ul>
        </section>
        {(may || s.groups.length > 0) && <TeachingGroups school={s} may={may} onChange={changed} />}
        {(may || s.portableDevices.length > 0) && <PortableDevices school={s} may={may} onChange={changed} />}
        {works && <OwnTimetableCard key={`own ${s.id}`} school={s.id} version={s.version} may={may} onChange={changed} />}
        {(own || contracts) && <ContractCard key={`contract ${s.id}`} school={s} may={contracts} onChange={changed} />}
        {may && <PlaceCard key={`place ${s.id}`} school={s} onChange={changed} />}
        {(may || s.calendar) && <CalendarCard school={s} onChange={onChange} />}
        {may && s.rooms.length > 0 && <RoomCalendars school={s} onChange={onChange} />}
      </div>
    </>
  )
}
