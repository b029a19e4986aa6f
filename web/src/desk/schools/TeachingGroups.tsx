import { App, Form, Input, Modal, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Clash, Group, NewGroup, SchoolDetail } from '../../api/model'
import { createGroup, setGroup } from '../../api/places'
import { Clashes } from '../schedule/Clashes'
import { useVersioned } from '../useVersioned'
import { LentFoot } from './LentFoot'
import { LentList } from './LentList'

interface Props {
  school: SchoolDetail
  may: boolean
  onChange: () => void
}

/** The school's teaching groups: pupils of several classes who are taught together. */
export function TeachingGroups({ school, may, onChange }: Props) {
  const { t } = useTranslation('desk')
  const [open, setOpen] = useState<Group | 'new' | null>(null)
  const className = new Map(school.classes.map((c) => [c.id, c.name]))
  const facts = (g: Group) => [g.classes.map((c) => className.get(c)).join(t('and')), g.band && t('group.inBand', { band: g.band })].filter(Boolean).join(' · ')
  return (
    <>
      <LentList title={t('group.title')} text={t('group.none')} add={t('group.new')} items={school.groups} may={may} facts={facts} onEdit={setOpen} />
      {open && <GroupForm school={school} group={open === 'new' ? undefined : open} onClose={() => setOpen(null)} onChange={onChange} />}
    </>
  )
}

function GroupForm({ school, group, onClose, onChange }: { school: SchoolDetail; group?: Group; onClose: () => void; onChange: () => void }) {
  const { t } = useTranslation('desk')
  const [form] = Form.useForm<NewGroup>()
  const { message } = App.useApp()
  const { busy, run, note, problem } = useVersioned()
  const clashes = problem?.code === 'clash' ? (problem.params?.clashes as Clash[]) : undefined
  const bands = [...new Set(school.groups.map((g) => g.band).filter((b) => b !== undefined))]
  const put = (v: NewGroup, archived = group?.archived) => {
    const body = { name: v.name.trim(), classes: v.classes, band: v.band?.trim() || undefined }
    void run(school.version, async (version) => {
      const now = { ...school, version }
      await (group ? setGroup(now, group.id, { ...body, archived }) : createGroup(now, body))
      void message.success(t(archived && !group?.archived ? 'lent.gone' : 'lent.saved'))
      onChange()
      onClose()
    })
  }
  const archive = () => void form.validateFields().then((v) => put(v, !group?.archived), () => undefined)
  return (
    <Modal open title={t(group ? 'group.edit' : 'group.new')} onCancel={onClose}
      footer={<LentFoot busy={busy} archived={group?.archived} onSave={form.submit} onCancel={onClose} onArchive={group && archive} />}>
      {clashes ? <Clashes clashes={clashes} title={t('group.clash')} /> : note}
      <Form form={form} layout="vertical" requiredMark={false} autoComplete="off" initialValues={group} onFinish={(v) => put(v)}>
        <Form.Item name="name" label={t('lent.name')} rules={[{ required: true, whitespace: true, message: t('form.required') }]}><Input maxLength={80} placeholder={t('group.nameHint')} /></Form.Item>
        <Form.Item name="classes" label={t('group.classes')} extra={t('group.classesHint')} rules={[{ required: true, message: t('form.required') }]}>
          <Select mode="multiple" maxCount={40} showSearch={{ optionFilterProp: 'label' }} options={school.classes.map((c) => ({ value: c.id, label: c.name }))} placeholder={t('form.choose')} />
        </Form.Item>
        <Form.Item name="band" label={t('group.band')} extra={t('group.bandHint')}><Input maxLength={40} list="bands" /></Form.Item>
        <datalist id="bands">{bands.map((b) => <option key={b} value={b} />)}</datalist>
      </Form>
    </Modal>
  )
}
