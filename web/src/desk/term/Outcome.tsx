import { useTranslation } from 'react-i18next'
import type { TermOutcome, TermPart } from '../../api/model'
import { problemWords } from '../../app/problems'
import { Progress } from '../../ui/parts'
import type { Applying } from './useApply'
import { seatWords } from './words'

/** What became of an acceptance, or of its undoing. */
export function Outcome({ applying, outcome, parts }: { applying: Applying | null; outcome: TermOutcome | null; parts: TermPart[] }) {
  const { t } = useTranslation('desk')
  if (applying) {
    return (
      <div className="term-progress">
        <Progress percent={(100 * applying.done) / applying.of} label={t('term.progressLabel')} />
        <span role="status">{t('term.applying', { ...applying })}</span>
      </div>
    )
  }
  if (!outcome) return null
  return (
    <div className="tt-note" data-tone={outcome.refused.length > 0 ? 'warn' : 'good'} role="status">
      <div>
        <strong>{[outcome.done.length > 0 && t('term.done', { count: outcome.done.length }), outcome.refused.length > 0 && t('term.refused', { count: outcome.refused.length })].filter(Boolean).join(' · ')}</strong>
        {outcome.refused.slice(0, 5).map((r) => {
          const p = parts.find((part) => part.no === r.part)
          return <p key={r.part}>{`${p ? `${p.subject} ${seatWords(t, p)}：` : ''}${problemWords(t, { status: 409, code: r.code }).title}`}</p>
        })}
      </div>
    </div>
  )
}
