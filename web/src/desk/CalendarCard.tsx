import { Button, Popconfirm } from 'antd'
import { RefreshCw } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { SchoolDetail } from '../api/model'
import { newCalendar } from '../api/places'
import './calendar-card.css'
import { CopyAddress } from './CopyAddress'
import { useVersioned } from './useVersioned'

/** The secret iCalendar address of a school: copied into the teachers' calendars; a new one makes the old one useless. */
export function CalendarCard({ school, onChange }: { school: SchoolDetail; onChange: () => void }) {
  const { t } = useTranslation('desk')
  const { run, note } = useVersioned()
  const renew = () => run(school.version, (version) => newCalendar(school.id, version).then(onChange))
  return (
    <section className="tt-card calendar-card" aria-label={t('calendar.title')}>
      <h2>{t('calendar.title')}</h2>
      <p>{t('calendar.text')}</p>
      {school.calendar && <CopyAddress address={school.calendar} label={t('calendar.address')} />}
      {note}
      {!school.calendar
        ? <Button onClick={() => void renew()}>{t('calendar.make')}</Button>
        : (
          <Popconfirm title={t('calendar.renewAsk')} okText={t('calendar.renew')} cancelText={t('common:cancel')} onConfirm={renew}>
            <Button type="text" icon={<RefreshCw size={18} />}>{t('calendar.renew')}</Button>
          </Popconfirm>
        )}
    </section>
  )
}
