import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import type { Effect, LessonMove } from '../../api/model'
import { clock, day, longDay } from '../../ui/time'
import { misfitWords } from '../schedule/misfit-words'

const kinds = ['moved', 'restored', 'added', 'cancelled', 'kept', 'refused'] as const

/** What a change does to dated lessons, before it is made. */
export function EffectList({ effect, busy, onAccept, onBack }: { effect: Effect; busy: boolean; onAccept: () => void; onBack: () => void }) {
  const { t } = useTranslation('desk')
  const told = kinds.filter((k) => effect.counts[k] > 0)
  return (
    <section className="effect" aria-label={t('cal.effect.title')}>
      <p className="tt-note" data-tone="warn">{t('cal.effect.title')}{told.map((k) => t(`cal.effect.${k}`, { count: effect.counts[k] })).join(t('cal.effect.and'))}</p>
      <ul>{effect.lessons.map((m) => <Move key={`${m.lesson ?? ''}${m.course}${m.was}`} move={m} />)}</ul>
      <p className="bells-save">
        <Button onClick={onBack}>{t('cal.effect.back')}</Button>
        <Button type="primary" danger={effect.counts.cancelled > 0} loading={busy} onClick={onAccept}>{t('cal.effect.accept')}</Button>
      </p>
    </section>
  )
}

function Move({ move: m }: { move: LessonMove }) {
  const { t, i18n } = useTranslation('desk')
  const span = (from: string, to: string) => `${clock(from)}–${clock(to)}`
  const changed = m.what === 'moved' && (m.was !== m.start || m.wasEnd !== m.end)
  return (
    <li data-what={m.what}>
      <strong>{t(`cal.effect.what.${m.what}`)}</strong>
      <span>{`${longDay(day(m.start), i18n.language)} ${changed ? `${span(m.was, m.wasEnd)} → ${span(m.start, m.end)}` : span(m.start, m.end)} ${m.title}`}</span>
      {m.misfit && <span className="effect-why">{misfitWords(t, m.misfit)}</span>}
      {m.clash && <span className="effect-why">{t('cal.effect.clash', { who: m.clash.who, title: m.clash.title })}</span>}
    </li>
  )
}
