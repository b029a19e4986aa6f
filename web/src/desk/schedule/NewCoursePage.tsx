import { App } from 'antd'
import { ChevronLeft } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate } from 'react-router'
import { createCourse, pairings } from '../../api/plan'
import type { Clash, Solution } from '../../api/model'
import type { Problem } from '../../app/problems'
import { urls } from '../../app/urls'
import { problemOf, useLoad } from '../../app/useLoad'
import { serverNow } from '../../live/http'
import { ProblemNote, Skeleton } from '../../ui/parts'
import { day, plusDays } from '../../ui/time'
import { Clashes } from './Clashes'
import { courseOf, emptyDraft, filled, placesReady } from './draft'
import './new-course.css'
import { ChooseSlots } from './sections/ChooseSlots'
import { Where } from './sections/Where'
import { What } from './sections/What'
import { useChoices } from './useChoices'

/** A new course in three sections on one page: what, who and where, when. Each opens when the one before it is complete. */
export function NewCoursePage() {
  const { t } = useTranslation('desk')
  const today = day(serverNow())
  const [draft, setDraft] = useState(() => emptyDraft(today, plusDays(today, 120)))
  const all = useLoad('pairings', pairings)
  const pairing = all.data?.find((p) => p.id === draft.pairing) ?? all.data?.[0]
  const choices = useChoices(pairing)
  const ready = choices.data
  useEffect(() => {
    if (ready) setDraft((d) => filled(d, ready, today))
  }, [ready, today])
  const problem = all.problem ?? choices.problem

  return (
    <div className="new-course">
      <Link className="resource-back" to={urls.schedule}><ChevronLeft size={18} aria-hidden />{t('schedule.title')}</Link>
      <h1>{t('course.new')}</h1>
      {problem && <ProblemNote problem={problem} onRetry={() => { all.reload(); choices.reload() }} />}
      {all.data?.length === 0 && <p className="tt-note" data-tone="warn">{t('course.needsPairing')}</p>}
      {(all.loading || choices.loading) && all.data?.length !== 0 && <Skeleton height={280} />}
      {ready && all.data && draft.pairing && (
        <>
          <What draft={draft} pairings={all.data} choices={ready} onDraft={setDraft} />
          <Where draft={draft} choices={ready} onDraft={setDraft} />
          {placesReady(draft) && <ChooseSlots draft={draft} choices={ready} onDraft={setDraft} />}
          <Create draft={draft} />
        </>
      )}
    </div>
  )
}

/** The foot: what is still missing, or the button that makes the course; a refusal with everything that clashes. */
function Create({ draft }: { draft: Parameters<typeof courseOf>[0] }) {
  const { t } = useTranslation('desk')
  const { message } = App.useApp()
  const navigate = useNavigate()
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  useEffect(() => setProblem(null), [draft])
  const body = courseOf(draft)
  const clashes = problem?.code === 'clash' ? (problem.params?.clashes as Clash[] | undefined) : undefined

  const create = async () => {
    if (!body) return
    setBusy(true)
    try {
      const made = await createCourse(body)
      void message.success(t('course.made', { count: made.lessons }))
      await navigate(urls.schedule)
    } catch (e) {
      setProblem(problemOf(e))
      setBusy(false)
    }
  }
  const missing = draft.title.trim() === '' ? 'title' : draft.subject.trim() === '' ? 'subject' : !placesReady(draft) ? 'places' : 'slots'
  return (
    <footer className="new-course-foot tt-card">
      {clashes ? <Clashes clashes={clashes} title={t('clash.title')} solutions={problem?.params?.solutions as Solution[] | undefined} /> : problem && <ProblemNote problem={problem} />}
      <p>{body ? t('course.ready', { count: body.slots.length, lessons: draft.slots.reduce((n, s) => n + s.dates.length, 0), from: draft.from, to: draft.to }) : t(`course.missing.${missing}`)}</p>
      <button type="button" className="tt-button" data-look="primary" data-size="large" disabled={!body || busy} onClick={() => void create()}>
        {t(busy ? 'course.creating' : 'course.create')}
      </button>
    </footer>
  )
}
