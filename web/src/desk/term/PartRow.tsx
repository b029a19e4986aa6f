import { Checkbox } from 'antd'
import { Lock } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { TermPart } from '../../api/model'
import { Badge, type Tone } from '../../ui/parts'
import { blocksOf, type Kind } from './term'
import { WeekStrip } from './WeekStrip'
import { seatWords, slotWords } from './words'

const tones: Record<Kind, Tone> = { new: 'good', moved: 'warn', kept: 'calm', dropped: 'bad' }

interface Props {
  part: TermPart
  others: number
  chosen: boolean
  onChoose: (chosen: boolean) => void
}

/** A course to be: who teaches whom, and its week in little. */
export function PartRow({ part: p, others, chosen, onChoose }: Props) {
  const { t } = useTranslation('desk')
  const title = `${t(`common:grade.${p.grade}`)}${p.subject}`
  const was = (p.was ?? []).filter((s) => s.start !== '')
  return (
    <div className="term-row" data-part={p.no}>
      <Checkbox checked={chosen} disabled={p.kind === 'kept'} aria-label={`${t('term.select')} ${title} ${seatWords(t, p)}`} onChange={(e) => onChoose(e.target.checked)} />
      <div className="term-who">
        <p>
          <Badge tone={tones[p.kind]}>{t(`term.kind.${p.kind}`)}</Badge>
          <strong>{title}</strong>
          {p.accepted && p.kind !== 'kept' && <Badge tone="info">{t(p.kind === 'dropped' ? 'term.droppedDone' : 'term.accepted')}</Badge>}
          {p.locked && <Badge><Lock size={14} aria-hidden />{t('term.locked')}</Badge>}
        </p>
        <p className="term-ends" title={`${p.lecturer.name} ${p.school.name} → ${seatWords(t, p)}`}>{`${p.lecturer.name}（${p.school.name}）→ ${seatWords(t, p)}`}</p>
        <p className="term-times">
          {slotWords(t, p.slots)}
          {was.length > 0 && <del>{t('term.was', { time: slotWords(t, was) })}</del>}
          {others > 0 && <em>{t('term.bundle', { count: others })}</em>}
        </p>
      </div>
      <WeekStrip blocks={blocksOf(p)} />
    </div>
  )
}
