import { Checkbox } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { coverage } from '../../api/match'
import type { Coverage, CoverageSchool } from '../../api/model'
import { useLoad } from '../../app/useLoad'
import { ProblemNote, Skeleton } from '../../ui/parts'

/** The area as tiles, a school each, coloured by its support: a rural school that nobody supports is seen at once. */
export function CoverageView({ onSchool }: { onSchool: (name: string) => void }) {
  const { t } = useTranslation('desk')
  const { data, problem, loading, reload } = useLoad('coverage', coverage)
  const [alone, setAlone] = useState(false)
  const rural = data?.schools.filter((s) => s.kind === 'rural') ?? []
  const count = (state: CoverageSchool['state']) => rural.filter((s) => s.state === state).length
  return (
    <section className="coverage" aria-label={t('match.coverage')}>
      {problem && <ProblemNote problem={problem} onRetry={reload} />}
      {loading && <Skeleton height={320} />}
      {data && (
        <>
          <div className="coverage-head">
            <p className="tt-note" data-tone={count('alone') > 0 ? 'warn' : 'good'}>
              {t('match.cover.summary', { rural: rural.length, paired: count('paired') + count('lead'), proposed: count('proposed'), alone: count('alone') })}
            </p>
            <Checkbox checked={alone} onChange={(e) => setAlone(e.target.checked)}>{t('match.cover.onlyAlone')}</Checkbox>
          </div>
          {alone && count('alone') === 0 && <p className="matching-none">{t('match.cover.allCovered')}</p>}
          {districts(data, alone).map(({ id, name, schools }) => (
            <section key={id} aria-label={name}>
              <h2>{name}</h2>
              <ul className="coverage-tiles">{schools.map((s) => <Tile key={s.id} school={s} onSchool={onSchool} />)}</ul>
            </section>
          ))}
        </>
      )}
    </section>
  )
}

/** The areas that have schools of their own, with them. */
function districts({ areas, schools }: Coverage, alone: boolean) {
  return areas.map((a) => ({ ...a, schools: schools.filter((s) => s.area === a.id && (!alone || s.state === 'alone')) })).filter((a) => a.schools.length > 0)
}

function Tile({ school: s, onSchool }: { school: CoverageSchool; onSchool: (name: string) => void }) {
  const { t } = useTranslation('desk')
  const share = s.periods > 0 ? Math.min(100, (s.met / s.periods) * 100) : 0
  return (
    <li data-state={s.state}>
      <button type="button" onClick={() => onSchool(s.name)} title={t('match.cover.toNeeds')}>
        <strong>{s.name}</strong>
        <span>{`${t(`school.${s.kind}`)} · ${t(`match.cover.state.${s.state}`)}`}</span>
        <span className="coverage-partners">{s.partners.map((p) => p.name).join(t('and'))}</span>
        <span className="coverage-bar" aria-hidden><i style={{ width: `${share}%` }} /></span>
        <span>{s.periods > 0 ? t('match.cover.met', { count: s.periods, met: Math.round(s.met * 10) / 10 }) : t('match.cover.noNeed')}</span>
      </button>
    </li>
  )
}
