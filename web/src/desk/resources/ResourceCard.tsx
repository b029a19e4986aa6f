import { Film, TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { Resource } from '../../api/model'
import { resource as askResource } from '../../api/resources'
import { urls } from '../../app/urls'
import { playTime, shortDay } from '../../ui/time'
import { RecordingLine } from '../RecordingLine'

export function ResourceCard({ resource }: { resource: Resource }) {
  const { t, i18n } = useTranslation('desk')
  const { id, title, subject, grade, lecturer, school, date, state, duration, poster, recording } = resource
  return (
    <article className="tt-card resource-card" data-state={state} aria-labelledby={`resource-${id}`}>
      <div className="resource-poster">
        {poster ? <Poster id={id} address={poster} /> : state === 'failed' ? <TriangleAlert size={40} strokeWidth={1.4} /> : <Film size={40} strokeWidth={1.4} />}
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

/** The media of each resource need their own permission (a cookie), which asking for the resource brings: asked for once, when the picture is refused. */
function Poster({ id, address }: { id: string; address: string }) {
  const [tries, setTries] = useState(0)
  const ask = () => {
    if (tries > 0) return
    askResource(id).then(() => setTries(1), () => setTries(2)) // without it the card stands without its picture
  }
  if (tries === 2) return <Film size={40} strokeWidth={1.4} />
  return <img src={tries === 0 ? address : `${address}?again`} alt="" loading="lazy" onError={ask} />
}
