import { Button, Input, Popconfirm } from 'antd'
import { Check, Copy, RefreshCw } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { SchoolDetail } from '../api/model'
import { newCalendar } from '../api/places'
import type { Problem } from '../app/problems'
import { problemOf } from '../app/useLoad'
import { ProblemNote } from '../ui/parts'
import './calendar-card.css'

/** The secret iCalendar address of a school: copied into the teachers' calendars; a new one makes the old one useless. */
export function CalendarCard({ school, onChange }: { school: SchoolDetail; onChange: () => void }) {
  const { t } = useTranslation('desk')
  const [copied, setCopied] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const address = school.calendar ? new URL(school.calendar, location.origin).href : ''

  const copy = async () => {
    await copyText(address)
    setCopied(true)
    setTimeout(() => setCopied(false), 2_000)
  }
  const renew = () => newCalendar(school.id).then(onChange, (e: unknown) => setProblem(problemOf(e)))
  return (
    <section className="tt-card calendar-card" aria-label={t('calendar.title')}>
      <h2>{t('calendar.title')}</h2>
      <p>{t('calendar.text')}</p>
      {address !== '' && (
        <div className="calendar-address">
          <Input readOnly value={address} aria-label={t('calendar.address')} onFocus={(e) => e.target.select()} />
          <Button type="primary" icon={copied ? <Check size={18} /> : <Copy size={18} />} onClick={() => void copy()}>{t(copied ? 'common:copied' : 'common:copy')}</Button>
        </div>
      )}
      {problem && <ProblemNote problem={problem} />}
      {address === ''
        ? <Button onClick={() => void renew()}>{t('calendar.make')}</Button>
        : (
          <Popconfirm title={t('calendar.renewAsk')} okText={t('calendar.renew')} cancelText={t('common:cancel')} onConfirm={renew}>
            <Button type="text" icon={<RefreshCw size={18} />}>{t('calendar.renew')}</Button>
          </Popconfirm>
        )}
    </section>
  )
}

/** The clipboard needs a secure page; a school's server on plain http in the house network gets the old way. */
async function copyText(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text)
  const field = document.createElement('textarea')
  field.value = text
  document.body.append(field)
  field.select()
  document.execCommand('copy')
  field.remove()
}
