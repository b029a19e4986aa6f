import { ChevronLeft } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import { useSession } from '../../app/session'
import { urls } from '../../app/urls'
import '../schools/schools.css'
import { AreaCalendar } from './AreaCalendar'

/** The defaults of a district: its holidays, make-up days and bells, by which its schools go unless they decide otherwise. */
export function AreaPage() {
  const { t } = useTranslation('desk')
  const { id = '' } = useParams()
  const name = useSession((s) => s.me)?.roles.find((r) => r.area === id)?.areaName
  return (
    <div className="schools">
      <Link className="school-back" to={urls.schools}><ChevronLeft size={18} aria-hidden />{t('school.title')}</Link>
      <header>
        <h1>{t('cal.areaTitle', { name })}</h1>
        <p className="school-facts">{t('cal.areaText')}</p>
      </header>
      <AreaCalendar area={id} />
    </div>
  )
}
