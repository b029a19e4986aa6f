import { CalendarRange, School as SchoolIcon } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { schools } from '../../api/places'
import { useSession } from '../../app/session'
import { urls } from '../../app/urls'
import { useLoad } from '../../app/useLoad'
import { Badge, Empty, ProblemNote, Skeleton } from '../../ui/parts'
import './schools.css'

export function SchoolsPage() {
  const { t } = useTranslation('desk')
  const { data, problem, loading, reload } = useLoad('schools', schools)
  const ruled = useSession((s) => s.me)?.roles.filter((r) => r.role === 'coordinator') ?? []
  return (
    <div className="schools">
      <header className="schools-head">
        <h1>{t('school.title')}</h1>
        {ruled.map((r) => <Link key={r.area} className="tt-button" to={urls.area(r.area)}><CalendarRange size={18} aria-hidden />{t('cal.areaLink', { name: r.areaName })}</Link>)}
      </header>
      {problem && <ProblemNote problem={problem} onRetry={reload} />}
      {loading && <Skeleton height={96} count={3} />}
      {data?.length === 0 && <Empty icon={<SchoolIcon size={56} strokeWidth={1.4} />} title={t('school.none')} />}
      <ul className="schools-grid">
        {data?.map((s) => (
          <li key={s.id}>
            <article className="tt-card school-card">
              <p><Badge tone={s.kind === 'urban' ? 'info' : 'good'}>{t(`school.${s.kind}`)}</Badge></p>
              <h2><Link to={urls.school(s.id)}>{s.name}</Link></h2>
              <p>{[s.areaName, t(`stage.${s.stage}`), t('school.code', { code: s.code })].join(' · ')}</p>
            </article>
          </li>
        ))}
      </ul>
    </div>
  )
}
