import { Checkbox, Table } from 'antd'
import { useTranslation } from 'react-i18next'
import type { HolidayChoice, HolidayRow } from '../../api/areas'
import { Badge } from '../../ui/parts'
import { weekday } from '../../ui/time'
import { Faults } from '../exchange/Faults'
import type { Choices } from './holidays'
import { MakeUpChoice } from './MakeUpChoice'

interface Props {
  rows: HolidayRow[]
  area: string
  choices: Choices
  onChoice: (date: string, c: HolidayChoice | undefined) => void
}

/** The days of a holiday file beside what holds now, each with what becomes of it. */
export function HolidayRows({ rows, area, choices, onChoice }: Props) {
  const { t } = useTranslation(['area', 'desk'])
  const now = (r: HolidayRow) => {
    if (!r.now) return t('area:holidays.ordinary')
    const words = [r.now.kind === 'like' ? t('desk:cal.like', { day: t(`desk:weekday.${r.now.weekday}`) }) : t(`desk:cal.kind.${r.now.kind}`), r.now.name]
    return [...words, r.nowBy && r.nowBy.id !== area ? t('area:holidays.by', { name: r.nowBy.name }) : ''].filter(Boolean).join(' · ')
  }
  const becomes = (r: HolidayRow) => {
    if (r.state === 'bad') return <Faults faults={r.faults} />
    const date = r.date ?? ''
    if (!r.off) return <MakeUpChoice row={r} choice={choices[date]} onChoice={(c) => onChoice(date, c)} />
    if (r.state !== 'changed') return <Badge tone={r.state === 'new' ? 'good' : 'calm'}>{t(`area:holidays.state.${r.state}`)}</Badge>
    return (
      <Checkbox checked={choices[date]?.kind !== 'keep'} onChange={(e) => onChoice(date, e.target.checked ? undefined : { date, kind: 'keep' })}>
        {t('area:holidays.replace')}
      </Checkbox>
    )
  }
  return (
    <Table<HolidayRow> className="import-rows" size="small" tableLayout="fixed" dataSource={rows} rowKey="row" pagination={{ pageSize: 100, hideOnSinglePage: true, showSizeChanger: false }}
      rowClassName={(r) => (r.state === 'bad' ? 'import-bad' : '')}
      columns={[
        {
          title: t('area:holidays.file'),
          width: '38%',
          render: (_, r) => (
            <p className="holiday-day">
              <span>{r.date ? `${r.date} ${t(`desk:weekday.${weekday(r.date)}`)}` : t('area:holidays.row', { row: r.row })}</span>
              <strong>{r.name}</strong>
              {r.state !== 'bad' && <Badge tone={r.off ? 'info' : 'warn'}>{t(r.off ? 'area:holidays.off' : 'area:holidays.worked')}</Badge>}
            </p>
          ),
        },
        { title: t('area:holidays.now'), width: 220, responsive: ['md'], render: (_, r) => (r.state === 'bad' ? '' : now(r)) },
        {
          title: t('area:holidays.becomes'),
          render: (_, r) => (
            <>
              {becomes(r)}
              {r.own > 0 && <p className="holiday-own">{t('area:holidays.own', { count: r.own })}</p>}
            </>
          ),
        },
      ]} />
  )
}
