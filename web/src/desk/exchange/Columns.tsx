import { InputNumber, Select } from 'antd'
import { useTranslation } from 'react-i18next'

interface Props {
  sample: string[][]
  head: number
  /** The fields that a column can be, and which column each is. */
  fields: string[]
  columns: Record<string, number>
  onHead: (head: number) => void
  onColumns: (columns: Record<string, number>) => void
}

/** The beginning of the sheet; above each column what it is. The rows of the head are shaded. */
export function Columns({ sample, head, fields, columns, onHead, onColumns }: Props) {
  const { t } = useTranslation('exchange')
  const width = Math.max(1, ...sample.map((r) => r.length))
  const options = [{ value: '', label: t('field.none') }, ...fields.map((f) => ({ value: f, label: t(`field.${f}`) }))]
  const at = (c: number) => fields.find((f) => columns[f] === c) ?? ''
  const assign = (c: number, field: string) => {
    const rest = Object.entries(columns).filter(([f, col]) => f !== field && col !== c)
    onColumns(Object.fromEntries(field ? [...rest, [field, c]] : rest))
  }
  return (
    <>
      <label className="import-head">
        {t('head')}
        <InputNumber min={0} max={Math.min(100, sample.length)} value={head} onChange={(n) => onHead(n ?? 0)} />
      </label>
      <div className="import-sample" tabIndex={0} role="region" aria-label={t('sample')}>
        <table>
          {fields.length > 0 && (
            <thead>
              <tr>
                <th aria-hidden />
                {Array.from({ length: width }, (_, c) => (
                  <th key={c} data-set={at(c) !== ''}>
                    <Select value={at(c)} options={options} aria-label={t('columnIs', { column: c + 1 })} onChange={(f) => assign(c, f)} popupMatchSelectWidth={false} />
                  </th>
                ))}
              </tr>
            </thead>
          )}
          <tbody>
            {sample.map((row, i) => (
              <tr key={i} data-head={i < head}>
                <th scope="row">{i + 1}</th>
                {Array.from({ length: width }, (_, c) => <td key={c}>{row[c] ?? ''}</td>)}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  )
}
