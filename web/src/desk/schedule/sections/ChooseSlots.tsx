import { Checkbox, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Slot } from '../../../api/model'
import { commonSlots } from '../../../api/plan'
import { useLoad } from '../../../app/useLoad'
import { ProblemNote, Skeleton } from '../../../ui/parts'
import { Clashes } from '../Clashes'
import { cycleOf } from '../cycle'
import { type Choices, chosenNow, type Draft, toggled } from '../draft'
import { longest, slotKey, slotRows } from '../slot-rows'
import { SlotPicker } from '../SlotPicker'
import { ChooseCycle } from './ChooseCycle'
import { ChosenSlots } from './ChosenSlots'
import { Section } from './Section'

/** The server is asked for everything from this overlap on; how much is enough is chosen here. */
const LEAST = 10
const steps = [40, 35, 30, 25, 20, 15, LEAST]

export function ChooseSlots({ draft, choices, onDraft }: { draft: Draft; choices: Choices; onDraft: (d: Draft) => void }) {
  const { t } = useTranslation('desk')
  const [wanted, setWanted] = useState<number>()
  const [weekend, setWeekend] = useState(false)
  const [refused, setRefused] = useState<Slot | null>(null)
  const on = draft.places.filter((p) => p.on)
  const question = {
    lead: choices.lead.id,
    partners: on.map((p) => p.school),
    lecturer: draft.lecturer,
    rooms: [draft.lecturerRoom ?? '', ...on.map((p) => p.room ?? '')].filter((r) => r !== ''),
    classes: on.map((p) => p.class ?? '').filter((c) => c !== ''),
    groups: on.map((p) => p.group ?? '').filter((g) => g !== ''),
    devices: draft.devices,
    subject: draft.subject.trim() || undefined,
    grade: draft.grade,
    from: draft.from,
    to: draft.to,
    minutes: LEAST,
    ...cycleOf(draft.cycle),
  }
  const found = useLoad(JSON.stringify(question), (signal) => commonSlots(question, signal))
  const { problem, loading, reload } = found
  const data = found.data?.filter((s) => weekend || s.weekday <= 5)
  const best = steps.find((m) => m <= longest(data ?? [])) ?? LEAST
  const least = wanted ?? best
  const rows = slotRows(data ?? [], least)
  const chosen = chosenNow(draft)
  const names = new Map([choices.lead, ...choices.partners].map((s) => [s.id, s.name]))

  const toggle = (slot: Slot) => {
    const clashes = slot.clashes.length > 0 && !chosen.includes(slotKey(slot))
    setRefused(clashes ? slot : null)
    if (!clashes) onDraft(toggled(draft, slot))
  }
  return (
    <Section no={3} title={t('course.when')} text={t('course.whenText')}>
      <ChooseCycle cycle={draft.cycle} from={draft.from} school={choices.lead.name} onCycle={(cycle) => onDraft({ ...draft, cycle })} />
      <div className="course-least">
        <label className="course-minutes">
          {t('slot.least')}
          <Select value={least} onChange={setWanted} options={steps.map((m) => ({ value: m, label: t('schedule.min', { count: m }) }))} />
        </label>
        <Checkbox checked={weekend} onChange={(e) => setWeekend(e.target.checked)}>{t('slot.weekend')}</Checkbox>
      </div>
      {problem && <ProblemNote problem={problem} onRetry={reload} />}
      {loading && <Skeleton height={96} count={3} />}
      {data && rows.length === 0 && (
        <p className="tt-note" data-tone="warn">{data.length === 0 ? t(draft.cycle.weeks === 'every' ? 'slot.none' : 'cycle.none') : t('slot.noneSoLong', { count: longest(data) })}</p>
      )}
      {data && longest(data) > 0 && longest(data) < 30 && <p className="tt-note" data-tone="warn">{t('slot.short', { count: longest(data) })}</p>}
      {refused && <Clashes clashes={refused.clashes} title={t('clash.slot')} />}
      <SlotPicker rows={rows} names={names} chosen={chosen} onToggle={toggle} />
      <ChosenSlots draft={draft} onDraft={onDraft} />
    </Section>
  )
}
