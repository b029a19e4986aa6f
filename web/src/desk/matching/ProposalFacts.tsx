import { Check, Clock3, X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Proposal, ProposalSide } from '../../api/model'
import { Figures } from './Figures'
import './proposals.css'

const sides: ProposalSide[] = ['lead', 'partner', 'lecturer']

/** When and where the lessons would be, who said what, and why it was proposed. */
export function ProposalFacts({ proposal: p }: { proposal: Proposal }) {
  const { t } = useTranslation('desk')
  return (
    <div className="proposal-facts">
      <p>{`${p.offer.lecturer.name}（${p.offer.school.name} ${p.room.name}）→ ${p.need.school.name} ${p.need.class.name}`}</p>
      <ul>
        {p.slots.map((s) => (
          <li key={`${s.weekday}${s.start}`}>
            <strong>{t('match.slot', { day: t(`weekday.${s.weekday}`), start: s.start, end: s.end })}</strong>
            <span>{t('match.proposal.periods', { lead: p.offer.school.name, a: s.periods[p.offer.school.id], partner: p.need.school.name, b: s.periods[p.need.school.id] })}</span>
          </li>
        ))}
      </ul>
      <p>{t('match.proposal.span', { from: p.from, to: p.to })}</p>
      <ol className="proposal-sides">{sides.map((side) => <Side key={side} proposal={p} side={side} />)}</ol>
      <details>
        <summary>{t('match.proposal.why')}</summary>
        <Figures figures={p.figures} />
      </details>
    </div>
  )
}

function Side({ proposal: p, side }: { proposal: Proposal; side: ProposalSide }) {
  const { t } = useTranslation('desk')
  const said = p.answers.find((a) => a.side === side)
  const words = !said ? t('match.proposal.waits') : said.accepted ? t('match.proposal.accepted', { name: said.person.name }) : t('match.proposal.refusedBy', { name: said.person.name, reason: said.reason })
  const Icon = !said ? Clock3 : said.accepted ? Check : X
  return (
    <li data-said={said ? (said.accepted ? 'yes' : 'no') : 'not'}>
      <Icon size={16} aria-hidden />
      <span>{t(`match.proposal.side.${side}`)}</span>
      <span>{words}</span>
    </li>
  )
}
