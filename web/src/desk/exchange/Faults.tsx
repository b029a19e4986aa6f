import { CircleX, Info } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { ImportFault } from '../../api/exchange'
import { clock, day } from '../../ui/time'

/** What must be mended in a row, and what somebody should look at, in words. */
export function Faults({ faults, notes = [] }: { faults: ImportFault[]; notes?: ImportFault[] }) {
  const { t } = useTranslation('exchange')
  const say = (f: ImportFault) => t(`fault.${f.code}`, { value: f.value, row: f.row, count: f.count, first: f.first && `${day(f.first)} ${clock(f.first)}` })
  return (
    <ul className="import-faults">
      {faults.map((f, i) => <li key={`f${i}`} data-tone="bad"><CircleX size={16} aria-hidden />{say(f)}</li>)}
      {notes.map((f, i) => <li key={`n${i}`} data-tone="note"><Info size={16} aria-hidden />{say(f)}</li>)}
    </ul>
  )
}
