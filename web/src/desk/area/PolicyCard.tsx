import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { policy } from '../../api/areas'
import { useLoad } from '../../app/useLoad'
import { ProblemNote, Skeleton } from '../../ui/parts'
import './area.css'
import { PolicyForm } from './PolicyForm'

/** By what an area's needs and offers are matched and its terms are planned. `round` counts the changes of the area made elsewhere on the page. */
export function PolicyCard({ area, round, onChange }: { area: string; round: number; onChange: () => void }) {
  const { t } = useTranslation('area')
  const { data, problem, loading, reload } = useLoad(`policy ${area}`, (signal) => policy(area, signal))
  useEffect(() => {
    if (round > 0) reload() // what was typed stays; only the version is another
  }, [round, reload])
  return (
    <section className="tt-card policy" aria-label={t('policy.title')}>
      <header>
        <h2>{t('policy.title')}</h2>
        <p>{t('policy.text')}</p>
      </header>
      {problem && <ProblemNote problem={problem} onRetry={reload} />}
      {loading && <Skeleton height={320} />}
      {data && <PolicyForm key={area} policy={data} onChange={() => { reload(); onChange() }} />}
    </section>
  )
}
