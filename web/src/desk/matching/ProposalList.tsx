import { App, Button, Input } from 'antd'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { withdrawProposal } from '../../api/match'
import type { Proposal } from '../../api/model'
import { Badge, type Tone } from '../../ui/parts'
import { day, shortDay } from '../../ui/time'
import { useAsk } from '../useAsk'
import { Answering } from './Answering'
import { ProposalFacts } from './ProposalFacts'

const tones: Record<Proposal['state'], Tone> = { schools: 'warn', lecturer: 'warn', published: 'good', refused: 'bad', withdrawn: 'calm', expired: 'calm' }

/** What was proposed, who has answered, and who is asked. */
export function ProposalList({ proposals, onChange }: { proposals: Proposal[]; onChange: () => void }) {
  const { t, i18n } = useTranslation('desk')
  const withdraw = useWithdrawal(onChange)
  if (proposals.length === 0) return <p className="matching-none">{t('match.proposal.none')}</p>
  return (
    <ul className="proposals">
      {proposals.map((p) => (
        <li key={p.id} className="tt-card proposal" aria-label={p.title} data-state={p.state}>
          <header>
            <Badge tone={tones[p.state]}>{t(`match.proposal.state.${p.state}`)}</Badge>
            <strong>{p.title}</strong>
            <span>{t('match.score', { score: Math.round(p.score / 10) })}</span>
            {(p.state === 'schools' || p.state === 'lecturer') && <span>{t('match.proposal.until', { day: shortDay(day(p.expires), i18n.language) })}</span>}
            {p.mayWithdraw && <Button size="small" danger type="text" onClick={() => withdraw(p)}>{t('match.withdraw')}</Button>}
          </header>
          <ProposalFacts proposal={p} />
          {p.reason && <p className="proposal-reason">{p.reason}</p>}
          {p.asks.map((side) => <Answering key={side} proposal={p} side={side} onChange={onChange} />)}
        </li>
      ))}
    </ul>
  )
}

/** Asks for the reason, and withdraws. */
function useWithdrawal(onChange: () => void) {
  const { t } = useTranslation('desk')
  const { message } = App.useApp()
  const ask = useAsk(onChange)
  const reason = useRef('')
  return (p: Proposal) => {
    reason.current = ''
    ask({
      title: t('match.withdrawAsk'), ok: t('match.withdraw'), version: p.version,
      content: <Input autoFocus maxLength={200} aria-label={t('match.proposal.withdrawReason')} placeholder={t('match.proposal.withdrawReason')} onChange={(e) => { reason.current = e.target.value }} />,
      act: (version) => withdrawProposal(p.id, version, reason.current.trim() || '—').then(() => { void message.success(t('match.withdrawn')) }),
    })
  }
}
