import { App, Checkbox } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { candidates, propose } from '../../api/match'
import type { Candidate, Need, Proposal } from '../../api/model'
import type { Problem } from '../../app/problems'
import { problemOf, useLoad } from '../../app/useLoad'
import { Badge, ProblemNote, Skeleton } from '../../ui/parts'
import { Figures } from './Figures'
import { openPeriods } from './filters'
import { SlotChoice } from './SlotChoice'
import { reasonWords, shiftWords } from './words'

/** The offers for a need, the best first, each with its reasons. */
export function CandidateList({ need, proposals, onChange }: { need: Need; proposals: Proposal[]; onChange: () => void }) {
  const { t } = useTranslation('desk')
  const [anyEdition, setAnyEdition] = useState(false)
  const { data, problem, loading, reload } = useLoad(`candidates ${need.id} ${need.version} ${need.met} ${anyEdition}`, (signal) => candidates(need.id, anyEdition, signal))
  return (
    <div className="candidates">
      {need.edition && <Checkbox checked={anyEdition} onChange={(e) => setAnyEdition(e.target.checked)}>{t('match.overrideEdition')}</Checkbox>}
      {problem && <ProblemNote problem={problem} onRetry={reload} />}
      {loading && <Skeleton height={180} count={2} />}
      {data?.candidates.length === 0 && <p className="matching-none">{t('match.noCandidate')}</p>}
      <ol>
        {data?.candidates.map((c) => (
          <li key={c.offer.id}>
            <CandidateCard need={need} candidate={c} anyEdition={anyEdition} waits={proposals.some((p) => p.need.id === need.id && p.offer.id === c.offer.id && (p.state === 'schools' || p.state === 'lecturer'))}
              onChange={() => { reload(); onChange() }} />
          </li>
        ))}
      </ol>
    </div>
  )
}

function CandidateCard({ need, candidate: c, anyEdition, waits, onChange }: { need: Need; candidate: Candidate; anyEdition: boolean; waits: boolean; onChange: () => void }) {
  const { t } = useTranslation('desk')
  const { message } = App.useApp()
  const [chosen, setChosen] = useState(c.chosen)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const name = `${c.offer.lecturer.name} · ${c.offer.school.name}`
  const send = async () => {
    const slots = chosen.flatMap((i) => c.slots[i] ?? [])
    setBusy(true)
    setProblem(null)
    try {
      await propose({ need: need.id, offer: c.offer.id, anyEdition, room: slots[0]?.room.id ?? '', slots: slots.map((s) => ({ weekday: s.weekday, lead: s.periods[0]?.no ?? 0, partner: s.periods[1]?.no ?? 0 })) })
      void message.success(t('match.proposed'))
      onChange()
    } catch (e) {
      setProblem(problemOf(e))
    } finally {
      setBusy(false)
    }
  }
  return (
    <article className="candidate" data-fits={c.fits} aria-label={name}>
      <header>
        <strong>{c.offer.lecturer.name}</strong>
        <span>{`${c.offer.school.name} · ${c.offer.edition || t('match.anyEdition')}`}</span>
        {c.fits ? <span className="candidate-score">{t('match.score', { score: Math.round(c.score / 10) })}</span> : <Badge tone="bad">{t('match.unfit')}</Badge>}
      </header>
      {c.reasons.length > 0 && <ul className="candidate-reasons">{c.reasons.map((r) => <li key={r.code + r.name}>{reasonWords(t, r)}</li>)}</ul>}
      {c.figures.length > 0 && <Figures figures={c.figures} />}
      {c.shift && <p className="candidate-shift">{shiftWords(t, c.shift)}</p>}
      {c.fits && <SlotChoice partner={need.school.name} candidate={c} most={openPeriods(need)} chosen={chosen} onChosen={setChosen} />}
      {problem && <ProblemNote problem={problem} />}
      {c.fits && (
        <footer>
          {waits
            ? <Badge tone="info">{t('match.waiting')}</Badge>
            : <button type="button" className="tt-button" data-look="primary" disabled={busy || chosen.length === 0} onClick={() => void send()}>{t(busy ? 'match.proposing' : 'match.propose')}</button>}
        </footer>
      )}
    </article>
  )
}
