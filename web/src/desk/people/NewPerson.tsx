import { App, Form, Input, Modal, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { NewPerson as Body, Role, School } from '../../api/model'
import { createPerson, school } from '../../api/places'
import type { Problem } from '../../app/problems'
import { holds, useSession } from '../../app/session'
import { problemOf, useLoad } from '../../app/useLoad'
import { ProblemNote } from '../../ui/parts'

const ofSchool: Role[] = ['lecturer', 'assistant', 'student', 'school-admin']
const ofDistrict: Role[] = ['coordinator', 'observer', 'operator']

export function NewPerson({ schools, onClose, onDone }: { schools: School[]; onClose: () => void; onDone: () => void }) {
  const { t } = useTranslation('desk')
  const { message } = App.useApp()
  const me = useSession((s) => s.me)
  const [form] = Form.useForm<Body>()
  const role = Form.useWatch('role', form)
  const area = Form.useWatch('area', form)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const operates = me ? holds(me, 'operator') : false
  const classes = useLoad(role === 'student' && area ? `school ${area}` : null, (signal) => school(area, signal))
  const required = { required: true, message: t('form.required') }
  const wider = me?.roles.filter((r) => r.role === 'operator').map((r) => ({ value: r.area, label: r.areaName })) ?? []
  const places = ofDistrict.includes(role) ? wider : schools.map((s) => ({ value: s.id, label: s.name }))

  const save = async (body: Body) => {
    setBusy(true)
    setProblem(null)
    try {
      await createPerson(body)
      void message.success(t('person.made', { name: body.name }))
      onDone()
      onClose()
    } catch (e) {
      setProblem(problemOf(e))
      setBusy(false)
    }
  }
  return (
    <Modal open title={t('person.new')} onCancel={onClose} onOk={form.submit} okText={t('person.create')} cancelText={t('common:cancel')} confirmLoading={busy}>
      {problem && <ProblemNote problem={problem} />}
      <Form form={form} layout="vertical" requiredMark={false} autoComplete="off" className="people-form" onFinish={(v) => void save(v)} initialValues={{ role: 'lecturer', area: schools.length === 1 ? schools[0]?.id : undefined }}>
        <Form.Item name="name" label={t('person.name')} rules={[{ ...required, whitespace: true }]}><Input maxLength={80} /></Form.Item>
        <Form.Item name="login" label={t('person.login')} extra={t('person.loginHint')} rules={[required, { pattern: /^[a-z0-9][a-z0-9._-]{1,63}$/, message: t('person.loginHint') }]}>
          <Input maxLength={64} autoCapitalize="none" spellCheck={false} />
        </Form.Item>
        <Form.Item name="password" label={t('person.password')} extra={t('person.passwordHint')} rules={[required, { min: 8, message: t('person.passwordHint') }]}>
          <Input.Password maxLength={200} autoComplete="new-password" />
        </Form.Item>
        <Form.Item name="role" label={t('person.role')}>
          <Select options={(operates ? [...ofSchool, ...ofDistrict] : ofSchool).map((r) => ({ value: r, label: t(`common:role.${r}`) }))} onChange={() => form.setFieldValue('area', undefined)} />
        </Form.Item>
        <Form.Item name="area" label={t(ofDistrict.includes(role) ? 'person.area' : 'person.school')} rules={[required]}><Select options={places} placeholder={t('form.choose')} /></Form.Item>
        {role === 'student' && (
          <Form.Item name="class" label={t('course.class')} rules={[required]}>
            <Select loading={classes.loading} options={classes.data?.classes.map((c) => ({ value: c.id, label: c.name }))} placeholder={t('form.choose')} />
          </Form.Item>
        )}
      </Form>
    </Modal>
  )
}
