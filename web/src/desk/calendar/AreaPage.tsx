import { CalendarPlus, ChevronLeft } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import { holds, useSession } from '../../app/session'
import { urls } from '../../app/urls'
import { PolicyCard } from '../area/PolicyCard'
import '../schools/schools.css'
import { AreaCalendar } from './AreaCalendar'

/** What a district decides for its schools: holidays, make-up days and bells, by which they go unless they decide otherwise, and by what is matched. */
export function AreaPage() {
  const { t } = useTranslation('desk')
  const { id = '' } = useParams()
  const me = useSession((s) => s.me)
  const name = me?.roles.find((r) => r.area === id)?.areaName
  const may = me ? holds(me, 'coordinator') : false // the server decides for which areas
  // Calendar and policy have one version: a change of one is told to the other.
  const [calendars, setCalendars] = useState(0)
  const [policies, setPolicies] = useState(0)
  return (
    <div className="schools">
      <Link className="school-back" to={urls.schools}><ChevronLeft size={18} aria-hidden />{t('school.title')}</Link>
      <header className="schools-head">
        <div>
          <h1>{t('cal.areaTitle', { name })}</h1>
          <p className="school-facts">{t('cal.areaText')}</p>
        </div>
        {may && <Link className="tt-button" to={urls.holidays(id)}><CalendarPlus size={18} aria-hidden />{t('cal.holidays')}</Link>}
      </header>
      <AreaCalendar key={`${id} ${policies}`} area={id} onChange={() => setCalendars(calendars + 1)} />
      {may && <PolicyCard area={id} round={calendars} onChange={() => setPolicies(policies + 1)} />}
    </div>
  )
}
