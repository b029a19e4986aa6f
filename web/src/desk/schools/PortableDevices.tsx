import { App, Form, Input, Modal } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { PortableDevice, SchoolDetail } from '../../api/model'
import { createPortableDevice, setPortableDevice } from '../../api/places'
import { useVersioned } from '../useVersioned'
import { LentFoot } from './LentFoot'
import { LentList } from './LentList'

/** What the school lends to lessons, each to one at a time: a camera, a recorder on wheels, a set of tablets. */
export function PortableDevices({ school, may, onChange }: { school: SchoolDetail; may: boolean; onChange: () => void }) {
  const { t } = useTranslation('desk')
  const [open, setOpen] = useState<PortableDevice | 'new' | null>(null)
  return (
    <>
      <LentList title={t('portable.title')} text={t('portable.none')} add={t('portable.new')} items={school.portableDevices} may={may} onEdit={setOpen} />
      {open && <DeviceForm school={school} device={open === 'new' ? undefined : open} onClose={() => setOpen(null)} onChange={onChange} />}
    </>
  )
}

function DeviceForm({ school, device, onClose, onChange }: { school: SchoolDetail; device?: PortableDevice; onClose: () => void; onChange: () => void }) {
  const { t } = useTranslation('desk')
  const [form] = Form.useForm<{ name: string }>()
  const { message } = App.useApp()
  const { busy, run, note } = useVersioned()
  const put = (v: { name: string }, archived = device?.archived) => {
    const name = v.name.trim()
    void run(school.version, async (version) => {
      const now = { ...school, version }
      await (device ? setPortableDevice(now, device.id, { name, archived }) : createPortableDevice(now, { name }))
      void message.success(t(archived && !device?.archived ? 'lent.gone' : 'lent.saved'))
      onChange()
      onClose()
    })
  }
  const archive = () => void form.validateFields().then((v) => put(v, !device?.archived), () => undefined)
  return (
    <Modal open title={t(device ? 'portable.edit' : 'portable.new')} onCancel={onClose}
      footer={<LentFoot busy={busy} archived={device?.archived} onSave={form.submit} onCancel={onClose} onArchive={device && archive} />}>
      {note}
      <Form form={form} layout="vertical" requiredMark={false} autoComplete="off" initialValues={device} onFinish={(v) => put(v)}>
        <Form.Item name="name" label={t('lent.name')} rules={[{ required: true, whitespace: true, message: t('form.required') }]}><Input maxLength={80} placeholder={t('portable.nameHint')} /></Form.Item>
      </Form>
    </Modal>
  )
}
