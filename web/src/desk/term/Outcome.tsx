import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import type { TermOutcome, TermPart } from '../../api/model'
import { problemWords } from '../../app/problems'
import { Progress } from '../../ui/parts'
import { clock, day, shortDay } from '../../ui/time'
import { ChangeLine } from '../StaleNote'
import type { Applying } from './useApply'
import { seatWords } from './words'

interface Props {
  applying: Applying | null
  outcome: TermOutcome | null
  parts: TermPart[]
  /** Does it all the same with parts of which people changed something by hand; these changes are lost. */
  onLose: (parts: number[], lose: string[]) => void
}

type Refused = TermOutcome['refused'][number]

/** What became of an acceptance, or of its undoing. */
export function Outcome({ applying, outcome, parts, onLose }: Props) {
  const { t } = useTranslation('desk')
  if (applying) {
    return (
      <div className="term-progress">
        <Progress percent={(100 * applying.done) / applying.of} label={t('term.progressLabel')} />
        <span role="status">{t('term.applying', { ...applying })}</span>
      </div>
    )
  }
  if (!outcome || outcome.done.length + outcome.refused.length === 0) return null
  const byHand = outcome.refused.filter((r) => r.changes)
  const others = outcome.refused.filter((r) => !r.changes)
  const title = (r: Refused) => {
    const p = parts.find((part) => part.no === r.part)
    return `${p ? `${p.subject} ${seatWords(t, p)}：` : ''}${problemWords(t, { status: 409, code: r.code }).title}`
  }
  return (
    <div className="tt-note" data-tone={outcome.refused.length > 0 ? 'warn' : 'good'} role="status">
      <div>
        <strong>{[outcome.done.length > 0 && t('term.done', { count: outcome.done.length }), outcome.refused.length > 0 && t('term.refused', { count: outcome.refused.length })].filter(Boolean).join(' · ')}</strong>
        {others.slice(0, 5).map((r) => <p key={r.part}>{title(r)}</p>)}
        {byHand.length > 0 && (
          <>
            <div className="term-by-hand">{byHand.map((r) => <ByHand key={r.part} title={title(r)} refused={r} />)}</div>
            <Button danger onClick={() => onLose(byHand.map((r) => r.part), byHand.flatMap((r) => r.changes?.map((c) => c.id) ?? []))}>{t('term.lose', { count: byHand.length })}</Button>
          </>
        )}
      </div>
    </div>
  )
}

/** What people changed by hand of a part's course, each thing of it. */
function ByHand({ title, refused }: { title: string; refused: Refused }) {
  const { i18n } = useTranslation('desk')
  return (
    <div>
      <p>{title}</p>
      <ul>
        {refused.changes?.map((c) => <ChangeLine key={c.id} change={c} of={c.start && `${shortDay(day(c.start), i18n.language)} ${clock(c.start)}`} />)}
      </ul>
    </div>
  )
}
