import { X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { shortDay } from '../../../ui/time'
import { cycleWords } from '../cycle'
import { type Draft, toggled } from '../draft'

/** What is chosen, each with its weeks and all its dates: days off and make-up days are reckoned in. */
export function ChosenSlots({ draft, onDraft }: { draft: Draft; onDraft: (d: Draft) => void }) {
  const { t, i18n } = useTranslation('desk')
  if (draft.slots.length === 0) return null
  return (
    <section className="course-chosen" aria-label={t('cycle.chosen')}>
      <h3>{t('cycle.chosen')}</h3>
      <ul>
        {draft.slots.map((s) => {
          const name = `${t(`weekday.${s.weekday}`)} ${s.start}–${s.end} ${cycleWords(t, s.cycle)}`
          return (
            <li key={`${name} ${s.cycle.anchor}`}>
              <strong>{name}</strong>
              <button type="button" className="tt-button" data-look="plain" aria-label={t('cycle.remove', { slot: name })} onClick={() => onDraft(toggled(draft, s, s.cycle))}><X size={16} aria-hidden /></button>
              <span>{t('cycle.dates', { count: s.dates.length, dates: s.dates.map((d) => shortDay(d, i18n.language)).join(t('and')) })}</span>
            </li>
          )
        })}
      </ul>
    </section>
  )
}
