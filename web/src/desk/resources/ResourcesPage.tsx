import { Film, Search } from 'lucide-react'
import { useDeferredValue, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { resources } from '../../api/resources'
import type { Resource } from '../../api/model'
import { useLoad } from '../../app/useLoad'
import { Empty, ProblemNote, Skeleton } from '../../ui/parts'
import { ResourceCard } from './ResourceCard'
import './resources.css'

/** The catalogue of recorded lessons, those in the making included. */
export function ResourcesPage() {
  const { t } = useTranslation('desk')
  const [words, setWords] = useState('')
  const [subject, setSubject] = useState('')
  const q = useDeferredValue(words.trim())
  const { data, problem, loading, reload } = useLoad(`resources ${q}`, (signal) => resources({ q: q || undefined }, signal), 5_000)
  const subjects = [...new Set(data?.map((r) => r.subject))].sort()
  const shown = data?.filter((r) => subject === '' || r.subject === subject) ?? []

  return (
    <div className="resources">
      <header className="resources-head">
        <h1>{t('resources.title')}</h1>
        <label className="resources-search">
          <Search size={18} aria-hidden />
          <input className="tt-input" type="search" value={words} maxLength={100} onChange={(e) => setWords(e.target.value)}
            aria-label={t('resources.search')} placeholder={t('resources.search')} />
        </label>
      </header>
      {subjects.length > 1 && (
        <div className="resources-subjects" role="group" aria-label={t('resources.subject')}>
          {['', ...subjects].map((s) => (
            <button key={s} type="button" className="tt-button" data-look={s === subject ? 'primary' : undefined} aria-pressed={s === subject} onClick={() => setSubject(s)}>
              {s || t('resources.all')}
            </button>
          ))}
        </div>
      )}
      {problem && <ProblemNote problem={problem} onRetry={reload} />}
      {loading && <div className="resources-grid" role="status" aria-label={t('common:loading')}><Skeleton height={260} count={3} /></div>}
      {data && <Grid resources={shown} searched={q !== ''} />}
    </div>
  )
}

function Grid({ resources: list, searched }: { resources: Resource[]; searched: boolean }) {
  const { t } = useTranslation('desk')
  if (list.length === 0) {
    return (
      <Empty icon={<Film size={56} strokeWidth={1.4} />} title={t(searched ? 'resources.notFound' : 'resources.none')}>
        <p>{t(searched ? 'resources.notFoundText' : 'resources.noneText')}</p>
      </Empty>
    )
  }
  return <ul className="resources-grid">{list.map((r) => <li key={r.id}><ResourceCard resource={r} /></li>)}</ul>
}
