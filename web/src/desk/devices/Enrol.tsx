import { Button, Modal, Select } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { EnrolmentCode } from '../../api/model'
import { enrolmentCode, school, schools } from '../../api/places'
import type { Problem } from '../../app/problems'
import { problemOf, useLoad } from '../../app/useLoad'
import { serverNow } from '../../live/http'
import { ProblemNote } from '../../ui/parts'
import { countdown } from './device-words'

/** Which room, then the code in large figures, to be read out over the telephone. */
export function Enrol({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('desk')
  const [room, setRoom] = useState<string>()
  const [busy, setBusy] = useState(false)
  const [made, setMade] = useState<EnrolmentCode | null>(null)
  const [refused, setRefused] = useState<Problem | null>(null)
  const rooms = useLoad('rooms', async (signal) => Promise.all((await schools(signal)).map((s) => school(s.id, signal))))
  const problem = refused ?? rooms.problem

  const make = async () => {
    if (!room) return
    setBusy(true)
    setRefused(null)
    try {
      setMade(await enrolmentCode(room))
    } catch (e) {
      setRefused(problemOf(e))
    }
    setBusy(false)
  }
  return (
    <Modal open title={t('device.new')} onCancel={onClose} footer={null} width={560}>
      <div className="enrol">
        {problem && <ProblemNote problem={problem} onRetry={rooms.problem ? rooms.reload : undefined} />}
        <label className="tt-field">
          <span>{t('device.room')}</span>
          <Select value={room} loading={rooms.loading} placeholder={t('form.choose')} onChange={(r: string) => { setRoom(r); setMade(null) }}
            options={rooms.data?.map((s) => ({ label: s.name, options: s.rooms.map((r) => ({ value: r.id, label: `${r.name}（${t(`roomClass.${r.class}`)}）` })) }))} />
        </label>
        {made ? <Code made={made} /> : <Button type="primary" size="large" disabled={!room} loading={busy} onClick={() => void make()}>{t('device.makeCode')}</Button>}
      </div>
    </Modal>
  )
}

function Code({ made }: { made: EnrolmentCode }) {
  const { t } = useTranslation('desk')
  const [now, setNow] = useState(serverNow)
  useEffect(() => {
    const timer = setInterval(() => setNow(serverNow()), 1_000)
    return () => clearInterval(timer)
  }, [])
  const left = countdown(Date.parse(made.expires) - now)
  const command = ['classroom-agent', `--server ${location.origin}`, `--enrol ${made.code}`]
  return (
    <div className="enrol-code">
      <output aria-label={t('device.code')}>{made.code.replace(/^(\d{4})/, '$1 ')}</output>
      <p role="timer">{left === '' ? t('device.expired') : t('device.validFor', { left })}</p>
      <p>{t('device.how')}</p>
      <code>{command.map((part) => <span key={part}>{`${part} `}</span>)}</code>
    </div>
  )
}
