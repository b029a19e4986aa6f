import { useTranslation } from 'react-i18next'
import type { Candidate } from '../../api/model'

interface Props {
  partner: string
  candidate: Candidate
  most: number
  chosen: number[]
  onChosen: (indices: number[]) => void
}

/** The weekly times in which all can; as many may be chosen as the need still has periods. All lessons of a proposal are in one room. */
export function SlotChoice({ partner, candidate: c, most, chosen, onChosen }: Props) {
  const { t } = useTranslation('desk')
  const room = c.slots[chosen[0] ?? -1]?.room.id
  const toggle = (i: number) => {
    if (chosen.includes(i)) return onChosen(chosen.filter((x) => x !== i))
    const kept = chosen.length >= most ? chosen.slice(1) : chosen
    onChosen([...kept.filter((x) => c.slots[x]?.room.id === c.slots[i]?.room.id), i])
  }
  const inOrder = c.slots.map((slot, i) => ({ slot, i })).sort((a, b) => a.slot.weekday - b.slot.weekday || a.slot.start.localeCompare(b.slot.start))
  return (
    <div className="slot-choice" role="group" aria-label={t('match.slots', { count: chosen.length, of: most })}>
      <p>{t('match.slots', { count: chosen.length, of: most })}</p>
      {inOrder.map(({ slot: s, i }) => (
        <button key={`${s.weekday} ${s.periods.map((p) => p.no).join(' ')}`} type="button" aria-pressed={chosen.includes(i)} data-room={room === undefined || room === s.room.id}
          title={t('match.slotHint', { lead: c.offer.school.name, a: s.periods[0]?.no, partner, b: s.periods[1]?.no, room: s.room.name, held: s.held, days: s.days })} onClick={() => toggle(i)}>
          {t('match.slot', { day: t(`weekday.${s.weekday}`), start: s.start, end: s.end })}
        </button>
      ))}
    </div>
  )
}
