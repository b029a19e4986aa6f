import { App, Select, Table } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { importRoster, type NewAccount, previewRoster, type RosterFile, type RosterKind, type RosterPreview, type RosterRow } from '../../api/exchange'
import { urls } from '../../app/urls'
import { useLoad } from '../../app/useLoad'
import { Badge, ProblemNote, Skeleton } from '../../ui/parts'
import { useVersioned } from '../useVersioned'
import { Accounts } from './Accounts'
import { Columns } from './Columns'
import { Faults } from './Faults'
import { Foot } from './Foot'
import type { Chosen } from './ImportPage'
import { rosterFields } from './mapping'

interface Props {
  school: string
  kind: RosterKind
  file: Chosen
  step: number
  onStep: (step: number) => void
}

/** A list of teachers, classes or rooms: nobody is removed by it. */
export function ImportRoster({ school, kind, file, step, onStep }: Props) {
  const { t } = useTranslation('exchange')
  const { message } = App.useApp()
  const navigate = useNavigate()
  const [sheet, setSheet] = useState(0)
  const [mapping, setMapping] = useState<RosterFile['mapping']>()
  const { busy, run, note } = useVersioned()
  const [accounts, setAccounts] = useState<NewAccount[]>([])
  const body: RosterFile = { kind, file, sheet, mapping }
  const { data, problem, reload } = useLoad(`roster ${JSON.stringify([kind, file.name, file.data.length, sheet, mapping])}`, (signal) => previewRoster(school, body, signal))
  const [shown, setShown] = useState<RosterPreview>()
  if (data && data !== shown) setShown(data)

  const take = () => run(shown?.version ?? 0, async (version) => {
    const done = await importRoster(school, version, body)
    void message.success(t('done.list', { new: done.new, changed: done.changed }))
    if (done.accounts.length > 0) setAccounts(done.accounts)
    else await navigate(urls.school(school))
  })
  if (accounts.length > 0) return <Accounts accounts={accounts} school={school} />
  if (problem) return <><ProblemNote problem={problem} onRetry={reload} /><Foot onBack={() => onStep(0)} /></>
  if (!shown) return <Skeleton height={320} />
  const coming = shown.new + shown.changed
  return (
    <section className="tt-card import-step">
      {step === 1 && shown.mapping && (
        <>
          {shown.sheets.length > 1 && (
            <div className="import-choices">
              <label>{t('sheet')}<Select value={sheet} onChange={(n) => { setSheet(n); setMapping(undefined) }} aria-label={t('sheet')} options={shown.sheets.map((name, i) => ({ value: i, label: name }))} /></label>
            </div>
          )}
          <Columns sample={shown.sample} head={shown.mapping.head} fields={rosterFields[kind]} columns={shown.mapping.columns}
            onHead={(head) => setMapping({ head, columns: shown.mapping?.columns ?? {} })} onColumns={(columns) => setMapping({ head: shown.mapping?.head ?? 1, columns })} />
        </>
      )}
      {step === 2 && <Rows kind={kind} rows={shown.rows} />}
      {note}
      <Foot onBack={() => onStep(step - 1)} onNext={step === 1 ? () => onStep(2) : undefined} onImport={step === 2 ? () => void take() : undefined}
        busy={busy || !data} disabled={shown.bad > 0 || coming === 0}
        note={step === 2 ? t(shown.bad > 0 ? 'mend' : coming === 0 ? 'nothingNew' : 'comesList', { count: shown.bad, new: shown.new, same: shown.same, changed: shown.changed }) : undefined} />
    </section>
  )
}

const tones = { new: 'good', changed: 'warn', same: 'calm', bad: 'bad' } as const

function Rows({ kind, rows }: { kind: RosterKind; rows: RosterRow[] }) {
  const { t } = useTranslation(['exchange', 'desk'])
  const value = (r: RosterRow, field: string) => {
    if (field === 'role') return r.role ? t(`common:role.${r.role}`) : ''
    if (field === 'grade') return r.grade ? t(`common:grade.${r.grade}`) : ''
    if (field === 'class') return r.class ? t(`desk:roomClass.${r.class}`) : ''
    return field === 'login' ? r.login : r.name
  }
  return (
    <Table<RosterRow> className="import-rows" size="small" dataSource={rows} rowKey="row" pagination={{ pageSize: 50, hideOnSinglePage: true, showSizeChanger: false }} scroll={{ x: 640 }}
      rowClassName={(r) => (r.faults.length > 0 ? 'import-bad' : '')}
      columns={[
        { title: t('place'), render: (_, r) => t('row', { row: r.row }) },
        ...rosterFields[kind].map((f) => ({ title: t(`column.${kind}.${f}`), render: (_: unknown, r: RosterRow) => value(r, f) })),
        { title: t('state.label'), render: (_, r) => <Badge tone={tones[r.state]}>{t(`state.${r.state}`)}</Badge> },
        { title: t('remarks'), render: (_, r) => <Faults faults={r.faults} /> },
      ]} />
  )
}
