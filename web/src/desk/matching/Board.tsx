import { Input, Select } from 'antd'
import { Pencil } from 'lucide-react'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Need, Offer, Proposal } from '../../api/model'
import { holds, useSession } from '../../app/session'
import { LongList } from '../../ui/LongList'
import { Badge } from '../../ui/parts'
import { CandidateList } from './CandidateList'
import { type Filter, isMet, needsLike, offersLike, subjectsOf, type Wanted } from './filters'

interface Props {
  needs: Need[]
  offers: Offer[]
  proposals: Proposal[]
  school: string
  onNeed: (n: Need) => void
  onOffer: (o: Offer) => void
  onChange: () => void
}

/** Needs | candidates | offers. */
export function Board({ needs, offers, proposals, school, onNeed, onOffer, onChange }: Props) {
  const { t } = useTranslation('desk')
  const me = useSession((s) => s.me)
  const [filter, setFilter] = useState<Filter>({ text: school, subject: '', state: 'open' })
  const [chosen, setChosen] = useState<string>()
  const listed = useMemo(() => needsLike(needs, filter), [needs, filter])
  const need = needs.find((n) => n.id === chosen)
  const subject = filter.subject || (need?.subject ?? '')
  const given = useMemo(() => offersLike(offers, { ...filter, subject }), [offers, filter, subject])
  const coordinates = me ? holds(me, 'coordinator') : false
  const states: Wanted[] = ['open', 'met', 'all']
  return (
    <>
      <div className="matching-filter">
        <Input allowClear value={filter.text} placeholder={t('match.search')} aria-label={t('match.search')} onChange={(e) => setFilter({ ...filter, text: e.target.value })} />
        <Select aria-label={t('match.subject')} value={filter.subject} onChange={(s) => setFilter({ ...filter, subject: s })}
          options={[{ value: '', label: t('match.allSubjects') }, ...subjectsOf(needs, offers).map((s) => ({ value: s, label: s }))]} />
        <Select aria-label={t('match.state')} value={filter.state} onChange={(s) => setFilter({ ...filter, state: s })} options={states.map((s) => ({ value: s, label: t(`match.${s}Needs`) }))} />
      </div>
      <div className="matching-board" data-columns={coordinates ? 3 : 2}>
        <section className="tt-card" aria-label={t('match.needs')}>
          <h2>{t('match.needs')}<span>{t('match.count', { count: listed.length })}</span></h2>
          {listed.length === 0 && <p className="matching-none">{t('match.noNeeds')}</p>}
          <LongList items={listed} rowHeight={84} label={t('match.needs')} chosen={chosen} keyOf={(n) => n.id} onChoose={(n) => setChosen(n.id)}>
            {(n, on) => <NeedRow need={n} on={on} asked={proposals.some((p) => p.need.id === n.id && (p.state === 'schools' || p.state === 'lecturer'))} onEdit={() => onNeed(n)} />}
          </LongList>
        </section>
        {coordinates && (
          <section className="tt-card matching-candidates" aria-label={t('match.candidates')}>
            <h2>{t('match.candidates')}{need && <span>{`${need.school.name} ${need.class.name} ${need.subject}`}</span>}</h2>
            {need ? <CandidateList key={need.id} need={need} proposals={proposals} onChange={onChange} /> : <p className="matching-none">{t('match.chooseNeed')}</p>}
          </section>
        )}
        <section className="tt-card" aria-label={t('match.offers')}>
          <h2>{t('match.offers')}<span>{t('match.count', { count: given.length })}</span></h2>
          {given.length === 0 && <p className="matching-none">{t('match.noOffers')}</p>}
          <LongList items={given} rowHeight={84} label={t('match.offers')} keyOf={(o) => o.id}>
            {(o) => <OfferRow offer={o} onEdit={() => onOffer(o)} />}
          </LongList>
        </section>
      </div>
    </>
  )
}

function NeedRow({ need: n, on, asked, onEdit }: { need: Need; on: boolean; asked: boolean; onEdit: () => void }) {
  const { t } = useTranslation('desk')
  return (
    <div className="matching-row" data-on={on}>
      <p><strong>{n.subject}</strong><span>{`${n.school.name} ${n.class.name}`}</span></p>
      <p className="matching-facts">
        {n.met > 0 ? t('match.metOf', { met: n.met, count: n.periods }) : t('match.perWeek', { count: n.periods })}
        {n.edition && <span>{n.edition}</span>}
        {isMet(n) ? <Badge tone="good">{t('match.metNeeds')}</Badge> : asked && <Badge tone="info">{t('match.waiting')}</Badge>}
      </p>
      {n.may && <Edit label={`${t('match.editNeed')} ${n.school.name} ${n.subject}`} onEdit={onEdit} />}
    </div>
  )
}

function OfferRow({ offer: o, onEdit }: { offer: Offer; onEdit: () => void }) {
  const { t } = useTranslation('desk')
  return (
    <div className="matching-row">
      <p><strong>{o.subject}</strong><span>{`${o.lecturer.name} · ${o.school.name}`}</span></p>
      <p className="matching-facts">
        <span>{gradesOf(o, t)}</span>
        <span>{o.edition || t('match.anyEdition')}</span>
        <Load offer={o} />
      </p>
      {o.may && <Edit label={`${t('match.editOffer')} ${o.lecturer.name} ${o.subject}`} onEdit={onEdit} />}
    </div>
  )
}

function gradesOf(o: Offer, t: (key: string, values: Record<string, unknown>) => string): string {
  const from = o.grades[0]
  const to = o.grades[o.grades.length - 1]
  return t(from === to ? 'match.oneGrade' : 'match.grades', { from, to })
}

function Load({ offer: o }: { offer: Offer }) {
  const { t } = useTranslation('desk')
  const load = o.ownLoad + o.load
  return (
    <span className="matching-load" title={t('match.criterion.load')}>
      <i style={{ width: `${Math.min(100, (load / o.cap) * 100)}%` }} />
      {t('match.load', { load, cap: o.cap })}
    </span>
  )
}

function Edit({ label, onEdit }: { label: string; onEdit: () => void }) {
  return (
    <button type="button" className="tt-button matching-edit" data-look="plain" aria-label={label} title={label} onClick={(e) => { e.stopPropagation(); onEdit() }}>
      <Pencil size={16} aria-hidden />
    </button>
  )
}
