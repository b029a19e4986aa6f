import { CircleCheck, Hourglass, TriangleAlert } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useStore } from '../lesson/useStore'
import type { AgentFeed } from './feed'
import type { AgentCheck } from './state'
import { agentWords } from './words'

/** The self-check in words, with what to do about each. */
export function Checks({ feed }: { feed: AgentFeed }) {
  const { t } = useTranslation('agent')
  const checks = useStore(feed.feed, (f) => f.state?.checks) ?? []
  return (
    <section className="tt-card ag-checks" aria-label={t('checks.title')}>
      <h2>{t('checks.title')}</h2>
      <ul>
        {checks.map((check) => (
          <Line key={check.name} check={check} />
        ))}
      </ul>
    </section>
  )
}

function Line({ check }: { check: AgentCheck }) {
  const { t } = useTranslation('agent')
  const waiting = check.code === 'waiting'
  const look = check.ok ? 'good' : waiting ? 'waiting' : 'bad'
  const words = check.ok || waiting ? null : agentWords(t, check.code)
  return (
    <li data-look={look} data-check={check.name}>
      {check.ok ? <CircleCheck aria-hidden /> : waiting ? <Hourglass aria-hidden /> : <TriangleAlert aria-hidden />}
      <div>
        <strong>{t(`check.${check.name}`)}</strong> {words ? words.title : t(check.ok ? 'check.ok' : 'check.waiting')}
        {words?.advice && <p>{words.advice}</p>}
      </div>
    </li>
  )
}
