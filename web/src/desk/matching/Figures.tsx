import { useTranslation } from 'react-i18next'
import type { MatchFigure } from '../../api/model'
import { figureWords } from './words'

/** Each criterion as a small bar with its figure: the longer the better; the wider the name, the more it counts. */
export function Figures({ figures }: { figures: MatchFigure[] }) {
  const { t } = useTranslation('desk')
  return (
    <dl className="figures">
      {figures.map((f) => {
        const words = figureWords(t, f)
        return (
          <div key={f.criterion} data-known={f.known} data-look={f.permille >= 700 ? 'good' : f.permille >= 350 ? 'fair' : 'poor'}>
            <dt>{t(`match.criterion.${f.criterion}`)}</dt>
            <dd>
              <span className="figure-bar" aria-hidden><i style={{ width: `${f.known ? Math.max(4, f.permille / 10) : 0}%` }} /></span>
              <span>{words}</span>
            </dd>
          </div>
        )
      })}
    </dl>
  )
}
