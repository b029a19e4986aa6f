import { Segmented } from 'antd'
import { ChevronLeft, Download } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { ledger, ledgerFile, type LedgerSpan } from '../../api/ledger'
import { holds, useSession } from '../../app/session'
import { urls } from '../../app/urls'
import { useLoad } from '../../app/useLoad'
import { ProblemNote, Skeleton } from '../../ui/parts'
import { Bars } from './Bars'
import { type By, kinds, rowsOf } from './bars'
import './ledger.css'
import { RequiredForm } from './RequiredForm'

/** 开课率: what was taught of what should be, as pictures; to take away as a sealed table. */
export function LedgerPage() {
  const { t } = useTranslation(['timetable', 'desk'])
  const me = useSession((s) => s.me)
  const [span, setSpan] = useState<LedgerSpan>({})
  const [by, setBy] = useState<By>('schools')
  const found = useLoad(`ledger ${JSON.stringify(span)}`, (signal) => ledger(span, signal))
  const rows = found.data ? rowsOf(found.data, by) : []
  const shown = { from: span.from ?? found.data?.from ?? '', to: span.to ?? found.data?.to ?? '' }
  return (
    <div className="ledger">
      <header className="ledger-head">
        <Link to={urls.schedule} className="tt-button" data-look="plain"><ChevronLeft size={18} aria-hidden />{t('desk:schedule.title')}</Link>
        <h1>{t('ledger.title')}</h1>
        <label>{t('ledger.from')} <input type="date" value={shown.from} max={shown.to} onChange={(e) => e.target.value && setSpan({ ...shown, from: e.target.value })} /></label>
        <label>{t('ledger.to')} <input type="date" value={shown.to} min={shown.from} onChange={(e) => e.target.value && setSpan({ ...shown, to: e.target.value })} /></label>
        <a className="tt-button" href={ledgerFile(shown, 'xlsx')} download><Download size={18} aria-hidden />{t('ledger.excel')}</a>
        <a className="tt-button" href={ledgerFile(shown, 'csv')} download><Download size={18} aria-hidden />{t('ledger.csv')}</a>
      </header>
      <p className="ledger-text">{t('ledger.text')}</p>
      <Segmented aria-label={t('ledger.by')} value={by} onChange={setBy} options={kinds.map((k) => ({ value: k, label: t(`ledger.${k}`) }))} />
      {found.problem && <ProblemNote problem={found.problem} onRetry={found.reload} />}
      {found.loading && <Skeleton height={44} count={6} />}
      {found.data && (rows.length === 0 ? <p className="ledger-text">{t('ledger.none')}</p> : <Bars rows={rows} />)}
      {me && holds(me, 'coordinator', 'school-admin') && <RequiredForm onChange={found.reload} />}
    </div>
  )
}
