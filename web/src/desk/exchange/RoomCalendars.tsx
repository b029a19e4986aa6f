import { Button, Popconfirm } from 'antd'
import { RefreshCw } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { newRoomCalendar } from '../../api/exchange'
import type { SchoolDetail } from '../../api/model'
import type { Problem } from '../../app/problems'
import { problemOf } from '../../app/useLoad'
import { ProblemNote } from '../../ui/parts'
import '../calendar-card.css'
import { CopyAddress } from '../CopyAddress'

/** The secret calendar of each room of a school, for the screen at its door. */
export function RoomCalendars({ school, onChange }: { school: SchoolDetail; onChange: () => void }) {
  const { t } = useTranslation(['exchange', 'desk'])
  const [problem, setProblem] = useState<Problem | null>(null)
  const renew = (room: string) => newRoomCalendar(room).then(onChange, (e: unknown) => setProblem(problemOf(e)))
  return (
    <section className="tt-card calendar-card" aria-label={t('roomCalendars')}>
      <h2>{t('roomCalendars')}</h2>
      {problem && <ProblemNote problem={problem} />}
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
