import { App, Button } from 'antd'
import { MonitorSmartphone, Plus } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Device } from '../../api/model'
import { deleteDevice, devices } from '../../api/places'
import { problemWords } from '../../app/problems'
import { holds, useSession } from '../../app/session'
import { problemOf, useLoad } from '../../app/useLoad'
import { serverNow } from '../../live/http'
import { Badge, Empty, ProblemNote, Skeleton } from '../../ui/parts'
import { ago, deviceFacts } from './device-words'
import './devices.css'
import { Enrol } from './Enrol'

const REFRESH_MS = 5_000

/** The classroom PCs: which are there, how their cameras and microphones are, and the code to add one. */
export function DevicesPage() {
  const { t } = useTranslation('desk')
  const me = useSession((s) => s.me)
  const [enrolling, setEnrolling] = useState(false)
  const { data, problem, loading, reload } = useLoad('devices', devices, REFRESH_MS)
  const may = me ? holds(me, 'coordinator', 'school-admin') : false
  return (
    <div className="devices">
      <header>
        <h1>{t('device.title')}</h1>
        {may && <Button type="primary" icon={<Plus size={18} />} onClick={() => setEnrolling(true)}>{t('device.new')}</Button>}
      </header>
      {problem && <ProblemNote problem={problem} onRetry={reload} />}
      {loading && <Skeleton height={120} count={2} />}
      {data?.length === 0 && (
        <Empty icon={<MonitorSmartphone size={56} strokeWidth={1.4} />} title={t('device.none')}><p>{t('device.noneText')}</p></Empty>
      )}
      <ul>{data?.map((d) => <li key={d.id}><DeviceCard device={d} may={may} onChange={reload} /></li>)}</ul>
      {enrolling && <Enrol onClose={() => { setEnrolling(false); reload() }} />}
    </div>
  )
}

function DeviceCard({ device: d, may, onChange }: { device: Device; may: boolean; onChange: () => void }) {
  const { t } = useTranslation('desk')
  const { modal } = App.useApp()
  const remove = () => modal.confirm({
    title: t('device.removeAsk', { name: d.name }), content: t('device.removeText'), okText: t('device.remove'), cancelText: t('common:cancel'), okButtonProps: { danger: true },
    onOk: () => deleteDevice(d.id).then(onChange, (e: unknown) => {
      const words = problemWords(t, problemOf(e))
      modal.error({ title: words.title, content: words.advice })
    }),
  })
  return (
    <article className="tt-card device" aria-label={d.name}>
      <div>
        <p className="device-name">
          <strong>{d.room.name}</strong>
          <Badge tone={d.online ? 'good' : 'bad'}>{t(d.online ? 'device.online' : 'device.offline')}</Badge>
        </p>
        <p>{[d.school.name, d.name, d.version && t('device.version', { version: d.version })].filter(Boolean).join(' · ')}</p>
        {!d.online && <p>{d.lastSeen ? t('device.seen', { ago: ago(t, serverNow() - Date.parse(d.lastSeen)) }) : t('device.never')}</p>}
        {d.status && <ul className="device-facts">{deviceFacts(t, d.status).map((f) => <li key={f.text}><Badge tone={f.tone}>{f.text}</Badge></li>)}</ul>}
      </div>
      {may && <Button danger type="text" onClick={remove}>{t('device.remove')}</Button>}
    </article>
  )
}
