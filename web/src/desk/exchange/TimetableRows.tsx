import { Segmented, Table } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ImportRow, TimetablePreview } from '../../api/exchange'
import { useNarrow } from '../../ui/useNarrow'
import { Faults } from './Faults'
import { weeksWord } from './mapping'

/** Every lesson of the file: those that must be mended first, with the reason in words. */
export function TimetableRows({ preview }: { preview: TimetablePreview }) {
  const { t } = useTranslation('exchange')
  const narrow = useNarrow()
  const [show, setShow] = useState<'all' | 'bad' | 'noted'>('all')
  const rows = preview.rows.filter((r) => show === 'all' || (show === 'bad' ? r.faults.length > 0 : r.faults.length === 0 && r.notes.length > 0))
  const weeks = (r: ImportRow) => {
    const { key, ...values } = weeksWord(r.lesson.weeks)
    return r.lesson.weekday === 0 && r.lesson.period === 0 ? '' : t(key, values)
  }
  const place = (r: ImportRow) => [r.sheet, r.row && t('row', { row: r.row }), r.column && t('columnNo', { column: r.column })].filter(Boolean).join(' · ')
  const name = (text: string, id?: string) => <span data-known={id !== undefined}>{text}</span>
  const remarks = { title: t('remarks'), width: narrow ? 220 : 320, render: (_: unknown, r: ImportRow) => <Faults faults={r.faults} notes={r.notes} /> }
  return (
    <>
      <Segmented value={show} onChange={setShow} aria-label={t('show.label')}
        options={[{ value: 'all', label: t('show.all', { count: preview.good + preview.bad }) }, { value: 'bad', label: t('show.bad', { count: preview.bad }) }, { value: 'noted', label: t('show.noted', { count: preview.noted }) }]} />
      <Table<ImportRow> className="import-rows" size="small" dataSource={rows} rowKey={(r) => `${r.sheet} ${r.row} ${r.column} ${JSON.stringify(r.lesson)} ${JSON.stringify(r.faults)}`}
        pagination={{ pageSize: 50, hideOnSinglePage: true, showSizeChanger: false }} scroll={{ x: 900 }} rowClassName={(r) => (r.faults.length > 0 ? 'import-bad' : '')}
        columns={[
          { title: t('place'), render: (_, r) => place(r) },
          ...(narrow ? [remarks] : []),
          { title: t('field.class'), render: (_, r) => name(r.lesson.class, r.lesson.classId) },
          { title: t('field.weekday'), render: (_, r) => (r.lesson.weekday ? t(`day.${r.lesson.weekday}`) : '') },
          { title: t('field.period'), render: (_, r) => r.lesson.period || '' },
          { title: t('field.weeks'), render: (_, r) => weeks(r) },
          { title: t('field.subject'), render: (_, r) => r.lesson.subject },
          { title: t('field.teacher'), render: (_, r) => name(r.lesson.teacher, r.lesson.teacherId) },
          { title: t('field.room'), render: (_, r) => name(r.lesson.room, r.lesson.roomId) },
          ...(narrow ? [] : [remarks]),
        ]} />
    </>
  )
}
