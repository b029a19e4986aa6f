import { useTranslation } from 'react-i18next'
import { type LedgerRow, longestOf, ratingOf } from './bars'

/** A bar for each: what was held, what is planned and what is lost, against the frame of what is required. */
export function Bars({ rows }: { rows: LedgerRow[] }) {
  const { t } = useTranslation('timetable')
  const longest = longestOf(rows)
  const part = (n: number) => `${(n / longest) * 100}%`
  return (
    <section className="tt-card bars">
      <p className="bars-key">
        {(['delivered', 'planned', 'lost', 'required'] as const).map((k) => <span key={k}><i data-part={k} />{t(`ledger.${k}`)}</span>)}
      </p>
      <ul>
        {rows.map((r) => {
          const words = t(r.required > 0 ? 'ledger.bar' : 'ledger.given', { ...r })
          return (
            <li key={r.key}>
              <strong title={r.name}>{r.name}</strong>
              <div className="bar" role="img" aria-label={`${r.name} ${words}`} title={words}>
                <i data-part="delivered" style={{ width: part(r.delivered) }} />
                <i data-part="planned" style={{ width: part(r.planned) }} />
                <i data-part="lost" style={{ width: part(r.lost) }} />
                {r.required > 0 && <b style={{ width: part(r.required) }} />}
              </div>
              <em data-rating={ratingOf(r.permille)}>{r.permille === undefined ? t('ledger.noRate') : t('ledger.rate', { percent: Math.round(r.permille / 10) })}</em>
              <small>{words}</small>
            </li>
          )
        })}
      </ul>
    </section>
  )
}
