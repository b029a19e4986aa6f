import { Check, X } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { acceptProposal, refuseProposal } from '../../api/match'
import type { Proposal, ProposalSide } from '../../api/model'
import { Clashes } from '../schedule/Clashes'
import { useVersioned } from '../useVersioned'
import './proposals.css'

/** Accept, or refuse with a reason. What clashes by now is told. */
export function Answering({ proposal: p, side, onChange }: { proposal: Proposal; side: ProposalSide; onChange: () => void }) {
  const { t } = useTranslation('desk')
  const [refusing, setRefusing] = useState(false)
  const [reason, setReason] = useState('')
  const { busy, run, note, problem } = useVersioned()
  const send = (answer: (version: number) => Promise<unknown>) => void run(p.version, (version) => answer(version).then(onChange))
  const clashes = problem?.code === 'clash' ? (problem.params?.clashes as Parameters<typeof Clashes>[0]['clashes']) : undefined
  return (
    <div className="answering" role="group" aria-label={t('match.proposal.ask')}>
      <p>{t(`match.proposal.asks.${side}`, { lecturer: p.offer.lecturer.name, lead: p.offer.school.name, school: p.need.school.name, class: p.need.class.name, subject: p.need.subject })}</p>
      {clashes ? <Clashes clashes={clashes} title={t('clash.title')} /> : note}
      {refusing
        ? (
          <form onSubmit={(e) => { e.preventDefault(); send((version) => refuseProposal(p.id, version, side, reason.trim())) }}>
            <input className="tt-input" autoFocus required maxLength={200} value={reason} aria-label={t('match.proposal.reason')} placeholder={t('match.proposal.reason')} onChange={(e) => setReason(e.target.value)} />
            <button type="submit" className="tt-button" data-look="live" disabled={busy || reason.trim() === ''}>{t('match.proposal.refuseNow')}</button>
            <button type="button" className="tt-button" onClick={() => setRefusing(false)}>{t('common:cancel')}</button>
          </form>
        )
        : (
          <p className="answering-acts">
            <button type="button" className="tt-button" data-look="primary" disabled={busy} onClick={() => send((version) => acceptProposal(p.id, version, side))}><Check size={18} aria-hidden />{t('match.proposal.accept')}</button>
            <button type="button" className="tt-button" disabled={busy} onClick={() => setRefusing(true)}><X size={18} aria-hidden />{t('match.proposal.refuse')}</button>
          </p>
        )}
    </div>
  )
}
