import { Button, Segmented } from 'antd'
import { ChevronLeft, Plus } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'react-router'
import { needs, offers, proposals } from '../../api/match'
import type { Need, Offer } from '../../api/model'
import { holds, useSession } from '../../app/session'
import { urls } from '../../app/urls'
import { useLoad } from '../../app/useLoad'
import { ProblemNote, Skeleton } from '../../ui/parts'
import { Board } from './Board'
import { CoverageView } from './CoverageView'
import { NeedForm } from './NeedForm'
import { OfferForm } from './OfferForm'
import { ProposalList } from './ProposalList'
import './matching.css'

type View = 'match' | 'proposals' | 'coverage'

/** Needs, candidates and offers beside each other; what was proposed; and which schools nobody supports. */
export function MatchingPage() {
  const { t } = useTranslation('desk')
  const me = useSession((s) => s.me)
  const [query, setQuery] = useSearchParams()
  const view = (query.get('view') ?? 'match') as View
  const [need, setNeed] = useState<Need | 'new' | null>(null)
  const [offer, setOffer] = useState<Offer | 'new' | null>(null)
  const allNeeds = useLoad('needs', needs)
  const allOffers = useLoad('offers', offers)
  const made = useLoad('proposals', proposals, 15_000)
  const reload = () => [allNeeds, allOffers, made].forEach((l) => l.reload())
  const problem = allNeeds.problem ?? allOffers.problem ?? made.problem
  const administers = me ? holds(me, 'coordinator', 'school-admin') : false
  const lectures = me ? holds(me, 'lecturer') : false
  const covers = me ? holds(me, 'coordinator', 'school-admin', 'observer', 'operator') : false
  const open = made.data?.filter((p) => p.state === 'schools' || p.state === 'lecturer').length ?? 0
  const views = [
    { value: 'match', label: t('match.match') },
    { value: 'proposals', label: open > 0 ? `${t('match.proposals')} ${open}` : t('match.proposals') },
    ...(covers ? [{ value: 'coverage', label: t('match.coverage') }] : []),
  ]
  return (
    <div className="matching">
      <header className="matching-head">
        <Link className="school-back" to={urls.schedule}><ChevronLeft size={18} aria-hidden />{t('schedule.title')}</Link>
        <h1>{t('match.title')}</h1>
        <Segmented aria-label={t('match.views')} value={view} options={views} onChange={(v) => setQuery(v === 'match' ? {} : { view: v }, { replace: true })} />
        <div className="matching-new">
          {administers && <Button icon={<Plus size={16} />} onClick={() => setNeed('new')}>{t('match.newNeed')}</Button>}
          {(administers || lectures) && <Button icon={<Plus size={16} />} onClick={() => setOffer('new')}>{t('match.newOffer')}</Button>}
        </div>
      </header>
      {problem && <ProblemNote problem={problem} onRetry={reload} />}
      {view === 'match' && (allNeeds.loading || allOffers.loading) && <Skeleton height={480} />}
      {view === 'match' && allNeeds.data && allOffers.data && (
        <Board needs={allNeeds.data} offers={allOffers.data} proposals={made.data ?? []} school={query.get('school') ?? ''} onNeed={setNeed} onOffer={setOffer} onChange={reload} />
      )}
      {view === 'proposals' && made.data && <ProposalList proposals={made.data} onChange={reload} />}
      {view === 'coverage' && covers && <CoverageView onSchool={(name) => setQuery({ school: name })} />}
      {need && <NeedForm need={need === 'new' ? undefined : need} onClose={() => setNeed(null)} onDone={reload} />}
      {offer && <OfferForm offer={offer === 'new' ? undefined : offer} onClose={() => setOffer(null)} onDone={reload} />}
    </div>
  )
}
