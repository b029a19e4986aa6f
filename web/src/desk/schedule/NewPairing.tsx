import { App, Checkbox, DatePicker, Form, Modal, Radio, Select } from 'antd'
import dayjs, { type Dayjs } from 'dayjs'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { NewPairing as Body } from '../../api/model'
import { createPairing } from '../../api/plan'
import { schools } from '../../api/places'
import type { Problem } from '../../app/problems'
import { problemOf, useLoad } from '../../app/useLoad'
import { ProblemNote } from '../../ui/parts'

interface Values {
  lead: string
  partners: string[]
  scope: Body['scope']
  forms: Body['forms']
  span: [Dayjs, Dayjs]
}

const scopes = ['county', 'city', 'province'] as const
const forms = ['sync', 'delivered', 'research', 'master'] as const

/** A lead school, its partners, and at least two of the four forms, the synchronous class always being one; a round is three years. */
export function NewPairing({ onClose, onDone }: { onClose: () => void; onDone: () => void }) {
  const { t } = useTranslation('desk')
  const { message } = App.useApp()
  const [form] = Form.useForm<Values>()
  const lead = Form.useWatch('lead', form)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const all = useLoad('schools', schools)
  const options = (all.data ?? []).map((s) => ({ value: s.id, label: `${s.name}（${t(`school.${s.kind}`)}）` }))
  const required = [{ required: true, message: t('form.required') }]

  const save = async ({ span, ...v }: Values) => {
    setBusy(true)
    setProblem(null)
    try {
      await createPairing({ ...v, from: span[0].format('YYYY-MM-DD'), to: span[1].format('YYYY-MM-DD') })
      void message.success(t('pairing.made'))
      onDone()
      onClose()
    } catch (e) {
      setProblem(problemOf(e))
      setBusy(false)
    }
  }
  return (
    <Modal open title={t('pairing.new')} onCancel={onClose} onOk={form.submit} okText={t('pairing.create')} cancelText={t('common:cancel')} confirmLoading={busy} width={600}>
      {reasonsOf(problem ?? all.problem).map((p) => <ProblemNote key={p.code} problem={p} />)}
      <Form form={form} layout="vertical" requiredMark={false} onFinish={(v) => void save(v)}
        initialValues={{ scope: 'county', forms: ['sync', 'delivered'], span: [dayjs(), dayjs().add(3, 'year')] }}>
        <Form.Item name="lead" label={t('pairing.lead')} rules={required}>
          <Select options={options} loading={all.loading} showSearch={{ optionFilterProp: 'label' }} placeholder={t('pairing.leadHint')} />
        </Form.Item>
        <Form.Item name="partners" label={t('pairing.partners')} rules={required}>
          <Select mode="multiple" options={options.filter((o) => o.value !== lead)} loading={all.loading} optionFilterProp="label" placeholder={t('pairing.partnersHint')} />
        </Form.Item>
        <Form.Item name="scope" label={t('pairing.scope')}>
          <Radio.Group options={scopes.map((s) => ({ value: s, label: t(`scope.${s}`) }))} />
        </Form.Item>
        <Form.Item name="forms" label={t('pairing.forms')} rules={[{ type: 'array', min: 2, message: t('pairing.twoForms') }]}>
          <Checkbox.Group options={forms.map((f) => ({ value: f, label: t(`form.${f}`), disabled: f === 'sync' }))} />
        </Form.Item>
        <Form.Item name="span" label={t('pairing.span')} rules={required}>
          <DatePicker.RangePicker style={{ width: '100%' }} />
        </Form.Item>
      </Form>
    </Modal>
  )
}

/** Everything that is wrong with the pairing, not only the first. */
function reasonsOf(problem: Problem | null): Problem[] {
  if (!problem) return []
  const reasons = problem.params?.reasons
  if (!Array.isArray(reasons) || reasons.length === 0) return [problem]
  return reasons.map((r: { code: string }) => ({ ...problem, code: r.code, params: r }))
}
