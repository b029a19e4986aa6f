import { Button, Popconfirm } from 'antd'
import { RefreshCw } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { newRoomCalendar } from '../../api/exchange'
import type { SchoolDetail } from '../../api/model'
import '../calendar-card.css'
import { CopyAddress } from '../CopyAddress'
import { useVersioned } from '../useVersioned'

/** The secret calendar of each room of a school, for the screen at its door. */
export function RoomCalendars({ school, onChange }: { school: SchoolDetail; onChange: () => void }) {
  const { t } = useTranslation(['exchange', 'desk'])
  const { run, note } = useVersioned()
  const renew = (room: string) => run(school.version, (version) => newRoomCalendar(room, version).then(onChange))
  return (
    <section className="tt-card calendar-card" aria-label={t('roomCalendars')}>
      <h2>{t('roomCalendars')}</h2>
      {note}
      {school.rooms.map((r) => {
        const address = school.roomCalendars?.[r.id]
        return (
          <div key={r.id} className="room-calendar">
            <strong>{r.name}</strong>
            {address && <CopyAddress address={address} label={`${r.name} ${t('desk:calendar.address')}`} />}
            {address
              ? (
                <Popconfirm title={t('desk:calendar.renewAsk')} okText={t('desk:calendar.renew')} cancelText={t('common:cancel')} onConfirm={() => renew(r.id)}>
                  <Button type="text" icon={<RefreshCw size={18} />}>{t('desk:calendar.renew')}</Button>
                </Popconfirm>
              )
              : <Button onClick={() => void renew(r.id)} aria-label={`${r.name} ${t('desk:calendar.make')}`}>{t('desk:calendar.make')}</Button>}
          </div>
        )
      })}
    </section>
  )
}
