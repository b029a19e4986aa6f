import { useTranslation } from 'react-i18next'
import { proposals } from '../../api/match'
import { useLoad } from '../../app/useLoad'
import { Badge } from '../../ui/parts'
import { day, shortDay } from '../../ui/time'
import { Answering } from '../matching/Answering'
import { ProposalFacts } from '../matching/ProposalFacts'

const REFRESH_MS = 30_000

/** Proposals that wait for the answer of the one who looks: a school's administrator, or the teacher. */
export function Asks() {
  const { t, i18n } = useTranslation('desk')
  const { data, reload } = useLoad('proposals', proposals, REFRESH_MS)
  const asking = data?.filter((p) => p.asks.length > 0) ?? []
  if (asking.length === 0) return null
  return (
    <section className="asks" aria-label={t('match.proposal.ask')}>
      {asking.map((p) => (
        <article key={p.id} className="tt-card proposal" aria-label={p.title}>
          <header>
            <Badge tone="warn">{t('match.proposal.ask')}</Badge>
            <strong>{p.title}</strong>
            <span>{t('match.proposal.until', { day: shortDay(day(p.expires), i18n.language) })}</span>
          </header>
          <ProposalFacts proposal={p} />
          {p.asks.map((side) => <Answering key={side} proposal={p} side={side} onChange={reload} />)}
        </article>
      ))}
    </section>
  )
}
