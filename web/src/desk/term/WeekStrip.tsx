import { useTranslation } from 'react-i18next'
import type { Block } from './term'

/** A week in little: a row for each day, with a block for each slot at its time of day. */
export function WeekStrip({ blocks }: { blocks: Block[] }) {
  const { t, i18n } = useTranslation('desk')
  const days = blocks.some((b) => b.weekday > 5) ? [1, 2, 3, 4, 5, 6, 7] : [1, 2, 3, 4, 5]
  const say = (b: Block) => `${t(`weekday.${b.weekday}`)} ${b.time} ${b.text}`
  const short = (d: number) => (i18n.language.startsWith('zh') ? t(`weekday.${d}`).slice(-1) : t(`weekday.${d}`).slice(0, 2))
  return (
    <div className="term-strip" role="img" aria-label={`${t('term.week')}: ${blocks.map(say).join('; ')}`}>
      {days.map((d) => (
        <div key={d} className="term-day">
          <span aria-hidden>{short(d)}</span>
          <div>
            {blocks.filter((b) => b.weekday === d).map((b, i) => <i key={i} data-kind={b.kind} style={{ left: `${b.from}%`, width: `${b.length}%` }} title={say(b)} />)}
          </div>
        </div>
      ))}
    </div>
  )
}
