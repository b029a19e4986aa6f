import { Button, Popconfirm } from 'antd'
import { RefreshCw } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { myCalendar, newMyCalendar } from '../../api/exchange'
import type { Problem } from '../../app/problems'
import { problemOf, useLoad } from '../../app/useLoad'
import { ProblemNote } from '../../ui/parts'
import '../calendar-card.css'
import { CopyAddress } from '../CopyAddress'

/** My own lessons as a calendar to subscribe to; a new address makes the old one useless. */
export function MyCalendar() {
  const { t } = useTranslation(['exchange', 'desk'])
  const { data, problem, reload } = useLoad('my calendar', myCalendar)
  const [refused, setRefused] = useState<Problem | null>(null)
  const renew = () => newMyCalendar().then(reload, (e: unknown) => setRefused(problemOf(e)))
  const wrong = refused ?? problem
  return (
    <section className="tt-card calendar-card" aria-label={t('mine.title')}>
      <h2>{t('mine.title')}</h2>
      <p>{t('mine.text')}</p>
      {data?.url && <CopyAddress address={data.url} label={t('mine.title')} />}
      {wrong && <ProblemNote problem={wrong} onRetry={reload} />}
      {data && (data.url
        ? (
          <Popconfirm title={t('desk:calendar.renewAsk')} okText={t('desk:calendar.renew')} cancelText={t('common:cancel')} onConfirm={renew}>
            <Button type="text" icon={<RefreshCw size={18} />}>{t('desk:calendar.renew')}</Button>
          </Popconfirm>
        )
        : <Button onClick={() => void renew()}>{t('desk:calendar.make')}</Button>)}
    </section>
  )
}
