import { Button, Checkbox, Select } from 'antd'
import { Play, Square } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Named, TermPlan } from '../../api/model'
import { cancelTermPlan, planTerm } from '../../api/term'
import { Progress } from '../../ui/parts'
import { useVersioned } from '../useVersioned'

interface Props {
  areas: Named[]
  plan: TermPlan | undefined
  onStarted: (p: TermPlan) => void
  onChange: () => void
}

export const working = (p: TermPlan | undefined): boolean => p?.state === 'waiting' || p?.state === 'running'

/** Starts a planning, tells how far it has come, and stops it. */
export function Starter({ areas, plan, onStarted, onChange }: Props) {
  const { t } = useTranslation('desk')
  const [area, setArea] = useState<string>()
  const [moves, setMoves] = useState(false)
  const { busy, run, note } = useVersioned()
  const chosen = area ?? plan?.area.id ?? areas[0]?.id
  const start = () => void run(0, async () => { if (chosen) onStarted(await planTerm(chosen, moves)) })
  const stop = () => plan && void run(plan.version, (version) => cancelTermPlan(plan.id, version)).then(onChange)
  const at = plan?.progress
  return (
    <section className="tt-card term-start" aria-label={t('term.title')}>
      {areas.length > 1 && <Select aria-label={t('term.area')} value={chosen} onChange={setArea} options={areas.map((a) => ({ value: a.id, label: a.name }))} />}
      {areas.length === 1 && <strong>{areas[0]?.name}</strong>}
      <Checkbox checked={moves} onChange={(e) => setMoves(e.target.checked)}>{t('term.moves')}</Checkbox>
      {working(plan)
        ? <Button danger icon={<Square size={16} />} loading={busy} onClick={stop}>{t('term.stop')}</Button>
        : <Button type="primary" icon={<Play size={16} />} loading={busy} disabled={!chosen} onClick={start}>{t(plan ? 'term.again' : 'term.start')}</Button>}
      {working(plan) && (
        <div className="term-progress">
          <Progress percent={at && at.steps > 0 ? (100 * at.step) / at.steps : 0} label={t('term.progressLabel')} />
          <span role="status">{plan?.state === 'waiting' ? t('term.waiting') : at && at.bound > 0 ? t('term.progress', { placed: at.placed, bound: at.bound }) : t('term.running')}</span>
        </div>
      )}
      {note}
    </section>
  )
}
