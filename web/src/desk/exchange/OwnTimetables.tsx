import { FileUp } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { urls } from '../../app/urls'
import './exchange.css'

/** On the schedule: the way to the import of each school's own timetable. */
export function OwnTimetables({ schools }: { schools: { id: string; name: string }[] }) {
  const { t } = useTranslation('exchange')
  return (
    <section className="tt-card own-timetables" aria-label={t('own.title')}>
      <h2>{t('own.title')}</h2>
      <p>{t('own.text')}</p>
      <ul>{schools.map((s) => <li key={s.id}><Link className="tt-button" to={urls.importTo(s.id, 'timetable')}><FileUp size={18} aria-hidden />{s.name}</Link></li>)}</ul>
    </section>
  )
}
