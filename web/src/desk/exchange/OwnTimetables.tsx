import { FileUp, Printer } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { weekFile } from '../../api/exchange'
import { urls } from '../../app/urls'
import './exchange.css'

/** On the schedule: the way to the import of each school's own timetable, and the shown week as it is printed. */
export function OwnTimetables({ schools, week }: { schools: { id: string; name: string }[]; week: string }) {
  const { t } = useTranslation('exchange')
  return (
    <section className="tt-card own-timetables" aria-label={t('own.title')}>
      <h2>{t('own.title')}</h2>
      <p>{t('own.text')}</p>
      <ul>{schools.map((s) => <li key={s.id}><Link className="tt-button" to={urls.importTo(s.id, 'timetable')}><FileUp size={18} aria-hidden />{s.name}</Link></li>)}</ul>
      <h2>{t('week.title')}</h2>
      <p>{t('week.text')}</p>
      <ul>
        {schools.flatMap((s) => (['school', 'classes', 'teachers'] as const).map((of) => (
          <li key={`${s.id} ${of}`}><a className="tt-button" href={weekFile(s.id, of, week)} download><Printer size={18} aria-hidden />{t(`week.${of}`, { school: s.name })}</a></li>
        )))}
      </ul>
    </section>
  )
}
