import { ChevronLeft, Download } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import type { ResourceDetail } from '../../api/model'
import { resource } from '../../api/resources'
import { urls } from '../../app/urls'
import { useLoad } from '../../app/useLoad'
import { ProblemNote, Skeleton } from '../../ui/parts'
import { longDay, playTime } from '../../ui/time'
import { LineQuality } from '../quality/LineQuality'
import { RecordingLine } from '../RecordingLine'
import { titled } from './chapters'
import { Player } from './Player'
import './resources.css'

/** How often to ask, ms: while the recording is in the making, or not yet known because the lesson has only just ended. */
const moving = (r?: ResourceDetail) => (!r ? 5_000 : r.state === 'stored' || r.state === 'failed' ? 0 : 2_000)

/** One recorded lesson: played when it is stored, its progress until then. */
export function ResourcePage() {
  const { t } = useTranslation('desk')
  const { id = '' } = useParams()
  const { data, problem, loading, reload } = useLoad(`resource ${id}`, (signal) => resource(id, signal), moving)

  return (
    <div className="resource">
      <Link className="resource-back" to={urls.resources}><ChevronLeft size={18} aria-hidden />{t('resources.title')}</Link>
      {problem && <ProblemNote problem={problem} onRetry={reload} />}
      {loading && <Skeleton height={420} />}
      {data && <Shown resource={data} />}
    </div>
  )
}

function Shown({ resource: r }: { resource: ResourceDetail }) {
  const { t, i18n } = useTranslation('desk')
  const ready = r.state === 'stored' && r.hls
  return (
    <>
      <header className="resource-head">
        <div>
          <h1>{r.title}</h1>
          <p>{[r.subject, t(`common:grade.${r.grade}`), t('today.lecturer', { name: r.lecturer }), r.school, longDay(r.date, i18n.language), r.duration > 0 && t('resources.length', { time: playTime(Math.round(r.duration)) })].filter(Boolean).join(' · ')}</p>
        </div>
        {ready && r.mp4 && (
          <a className="tt-button" href={r.mp4} download={`${r.title}.mp4`}><Download size={18} aria-hidden />{t('resources.download')}</a>
        )}
      </header>
      {ready && r.hls
        ? <Player id={r.id} title={r.title} hls={r.hls} poster={r.poster} chapters={titled(r.chapters, (page) => t('player.page', { page }))} duration={r.duration} />
        : <div className="tt-card resource-pending"><RecordingLine recording={{ ...r.recording, state: r.state }} /></div>}
      <div className="tt-card resource-lines"><LineQuality lesson={r.id} live={r.state === 'capturing'} /></div>
    </>
  )
}
