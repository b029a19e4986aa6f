import { Button, Input, Segmented } from 'antd'
import { Check, Lock, LockOpen, Undo2 } from 'lucide-react'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { TermDetail } from '../../api/model'
import { acceptTerm, lockTermParts, undoTerm } from '../../api/term'
import { LongList } from '../../ui/LongList'
import { useNarrow } from '../../ui/useNarrow'
import { Refused } from '../StaleNote'
import { useVersioned } from '../useVersioned'
import { Outcome } from './Outcome'
import { PartRow } from './PartRow'
import { canAccept, canUndo, like, others, type Shown, weeksOf } from './term'
import { UnplacedRow } from './UnplacedRow'
import { useApply } from './useApply'
import { WeekStrip } from './WeekStrip'

/** A plan as the difference to what is there, by course or by school; accepted in whole or in part, undone, locked. */
export function Difference({ plan, onChange }: { plan: TermDetail; onChange: () => void }) {
  const { t } = useTranslation('desk')
  const narrow = useNarrow()
  const [kind, setKind] = useState<Shown>('all')
  const [bySchool, setBySchool] = useState(false)
  const [text, setText] = useState('')
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set())
  const { applying, outcome, refused, apply } = useApply(onChange)
  const locking = useVersioned()
  const listed = useMemo(() => (kind === 'unplaced' ? [] : like(plan.parts, kind, text)), [plan.parts, kind, text])
  const weeks = useMemo(() => weeksOf(listed), [listed])
  const unplaced = plan.unplaced.filter((u) => `${u.school.name} ${u.class.name} ${u.subject}`.includes(text.trim()))
  const kinds: Shown[] = ['all', 'new', 'moved', 'kept', 'dropped', 'unplaced']
  const count = (k: Shown) => (k === 'all' ? plan.parts.length : k === 'unplaced' ? plan.unplaced.length : plan.parts.filter((p) => p.kind === k).length)
  const open = plan.parts.filter(canAccept).map((p) => p.no)
  const picked = plan.parts.filter((p) => chosen.has(p.no))
  const toAccept = picked.filter(canAccept).map((p) => p.no)
  const toUndo = picked.filter(canUndo).map((p) => p.no)
  const choose = (no: number, on: boolean) => setChosen((was) => { const s = new Set(was); if (on) s.add(no); else s.delete(no); return s })
  const accept = (parts: number[]) => void apply({ parts, version: plan.version, send: (version, nos, lose) => acceptTerm(plan.id, version, nos, lose) })
  const undo = (parts: number[]) => void apply({ parts, version: plan.version, send: (version, nos, lose) => undoTerm(plan.id, version, nos, lose) })
  const lock = (locked: boolean) => void locking.run(plan.version, (version) => lockTermParts(plan.id, version, picked.map((p) => p.no), locked)).then(onChange)
  const allLocked = picked.length > 0 && picked.every((p) => p.locked)
  const busy = applying !== null || locking.busy
  return (
    <section className="tt-card term-difference" aria-label={t('term.parts')}>
      <div className="term-filter">
        <Segmented aria-label={t('term.views')} value={kind} onChange={(k) => setKind(k)} options={kinds.filter((k) => k === 'all' || count(k) > 0).map((k) => ({ value: k, label: `${t(`term.kind.${k}`)} ${count(k)}` }))} />
        {kind !== 'unplaced' && <Segmented aria-label={t('term.schools')} value={bySchool ? 'school' : 'course'} onChange={(v) => setBySchool(v === 'school')}
          options={[{ value: 'course', label: t('term.byCourse') }, { value: 'school', label: t('term.bySchool') }]} />}
        <Input allowClear value={text} placeholder={t('term.search')} aria-label={t('term.search')} onChange={(e) => setText(e.target.value)} />
      </div>
      {kind !== 'unplaced' && (
        <div className="term-acts" role="group" aria-label={t('term.select')}>
          {open.length > 0 && <Button type="primary" icon={<Check size={16} />} disabled={busy} onClick={() => accept(open)}>{t('term.acceptAll', { count: open.length })}</Button>}
          {!bySchool && listed.length > 0 && <Button disabled={busy} onClick={() => setChosen(picked.length > 0 ? new Set() : new Set(listed.filter((p) => p.kind !== 'kept').map((p) => p.no)))}>{t(picked.length > 0 ? 'term.clear' : 'term.selectShown')}</Button>}
          {picked.length > 0 && (
            <>
              <span aria-live="polite">{t('term.selected', { count: picked.length })}</span>
              <Button icon={<Check size={16} />} disabled={busy || toAccept.length === 0} onClick={() => accept(toAccept)}>{t('term.accept')}</Button>
              <Button icon={<Undo2 size={16} />} disabled={busy || toUndo.length === 0} onClick={() => undo(toUndo)}>{t('term.undo')}</Button>
              <Button icon={allLocked ? <LockOpen size={16} /> : <Lock size={16} />} disabled={busy} onClick={() => lock(!allLocked)}>{t(allLocked ? 'term.unlock' : 'term.lock')}</Button>
            </>
          )}
        </div>
      )}
      {locking.note}
      {refused && <Refused problem={refused.problem} onAgain={() => void apply(refused.rest)} />}
      <Outcome applying={applying} outcome={outcome?.sum ?? null} parts={plan.parts} onLose={(parts, lose) => outcome && void apply({ parts, lose, send: outcome.send, version: outcome.sum.version })} />
      {kind === 'unplaced' && <LongList items={unplaced} rowHeight={narrow ? 170 : 104} label={t('term.unplaced')} keyOf={(u) => u.need}>{(u) => <UnplacedRow need={u} />}</LongList>}
      {kind !== 'unplaced' && listed.length === 0 && <p className="term-none">{t('term.noParts')}</p>}
      {kind !== 'unplaced' && listed.length > 0 && !bySchool && (
        <LongList items={listed} rowHeight={narrow ? 196 : 108} label={t('term.parts')} keyOf={(p) => String(p.no)}>
          {(p) => <PartRow part={p} others={others(p, plan.parts)} chosen={chosen.has(p.no)} onChoose={(on) => choose(p.no, on)} />}
        </LongList>
      )}
      {kind !== 'unplaced' && listed.length > 0 && bySchool && (
        <LongList items={weeks} rowHeight={narrow ? 140 : 108} label={t('term.schools')} keyOf={(w) => w.id}>
          {(w) => (
            <div className="term-row">
              <div className="term-who"><p><strong>{w.name}</strong></p><p className="term-times">{t('term.periods', { count: w.blocks.filter((b) => b.kind !== 'was').length })}</p></div>
              <WeekStrip blocks={w.blocks} />
            </div>
          )}
        </LongList>
      )}
    </section>
  )
}
