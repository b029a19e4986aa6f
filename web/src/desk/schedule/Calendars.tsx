import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { urls } from '../../app/urls'
import '../calendar-card.css'
import { CopyAddress } from '../CopyAddress'
import type { LaneSchool } from './useLanes'

/** The calendar feeds of the schools that are shown; made and changed on the school's own page. */
export function Calendars({ schools }: { schools: LaneSchool[] }) {
  const { t } = useTranslation('desk')
  return (
    <section className="tt-card calendars" aria-label={t('calendar.title')}>
      <h2>{t('calendar.title')}</h2>
      <p>{t('calendar.text')}</p>
      <ul>
        {schools.map((s) => (
          <li key={s.id}>
            <strong>{s.name}</strong>
            {s.calendar ? <CopyAddress address={s.calendar} label={`${s.name} ${t('calendar.address')}`} /> : <Link to={urls.school(s.id)}>{t('calendar.make')}</Link>}
          </li>
        ))}
      </ul>
    </section>
  )
}
