import { Film, TriangleAlert } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { Resource } from '../../api/model'
import { urls } from '../../app/urls'
import { playTime, shortDay } from '../../ui/time'
import { RecordingLine } from '../RecordingLine'

export function ResourceCard({ resource }: { resource: Resource }) {
  const { t, i18n } = useTranslation('desk')
  const { id, title, subject, grade, lecturer, school, date, state, duration, poster, recording } = resource
  return (
    <article className="tt-card resource-card" data-state={state} aria-labelledby={`resource-${id}`}>
      <div className="resource-poster">
        {poster ? <img src={poster} alt="" loading="lazy" /> : state === 'failed' ? <TriangleAlert size={40} strokeWidth={1.4} /> : <Film size={40} strokeWidth={1.4} />}
        {duration > 0 && <span className="resource-duration">{playTime(Math.round(duration))}</span>}
      </div>
      <div className="resource-text">
        <h2 id={`resource-${id}`}><Link to={urls.resource(id)}>{title}</Link></h2>
        <p>{[subject, t(`common:grade.${grade}`), shortDay(date, i18n.language)].join(' · ')}</p>
        <p>{`${lecturer} · ${school}`}</p>
        {state !== 'stored' && <RecordingLine recording={{ ...recording, state }} />}
      </div>
    </article>
  )
}
