import { Suspense, useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { Navigate, useLocation, useParams, useSearchParams } from 'react-router'
import { Waiting } from '../app/Fallbacks'
import { urls } from '../app/urls'
import type { JoinAs } from '../live/lesson-api'
import { BeforeLesson } from './BeforeLesson'
import { EndedScreen } from './EndedScreen'
import { LiveLesson } from './LiveLesson'
import { MessageScreen } from './MessageScreen'
import { useStore } from './useStore'
import { useVisit } from './useVisit'
import './lesson.css'
import './header.css'
import './chat.css'
import './screens.css'
import './stage.css'

/** The live lesson: what is shown depends on how far the visit is, and in a live lesson on the role. */
export function LessonPage() {
  return (
    <Suspense fallback={<Waiting />}>
      <Visit />
    </Suspense>
  )
}

function Visit() {
  const { t } = useTranslation(['lesson', 'problems', 'common'])
  const { id = '' } = useParams()
  const [params, setParams] = useSearchParams()
  const { pathname, search } = useLocation()
  const visit = useVisit(id, joinAs(params.get('as')))
  const { step, lesson, presence, problem } = useStore(visit.state, (s) => s)
  useEffect(() => {
    document.title = lesson ? `${lesson.title} · ${t('common:brand')}` : t('common:brand')
  }, [lesson, t])

  if (problem?.code === 'signed-out') return <Navigate to={urls.signInFrom(pathname + search)} replace />
  if (step === 'live' && presence && lesson) return <LiveLesson key={presence.join.grant} visit={visit} presence={presence} lesson={lesson} />
  if (step === 'ended' && lesson) return <EndedScreen lesson={lesson} />
  if ((step === 'waiting' || step === 'choosing') && lesson) {
    const choose = (as: JoinAs) => setParams({ as }, { replace: true })
    return <BeforeLesson visit={visit} lesson={lesson} choosing={step === 'choosing'} problem={problem} choose={choose} />
  }
  return <MessageScreen step={step} lesson={lesson} problem={problem} />
}

function joinAs(value: string | null): JoinAs | null {
  return value === 'room' || value === 'person' ? value : null
}
