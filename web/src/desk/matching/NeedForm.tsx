import { AutoComplete, Form, Input, InputNumber, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import { addNeed, setNeed, withdrawNeed } from '../../api/match'
import type { Need, NewNeed } from '../../api/model'
import { people, school, schools } from '../../api/places'
import { useLoad } from '../../app/useLoad'
import { Cells } from './Cells'
import { EntryForm, named } from './EntryForm'

/** What a class lacks. */
export function NeedForm({ need, onClose, onDone }: { need?: Need; onClose: () => void; onDone: () => void }) {
  const { t } = useTranslation('desk')
  const [form] = Form.useForm<NewNeed>()
  const chosen = Form.useWatch('school', form) ?? need?.school.id
  const all = useLoad('schools', schools)
  const detail = useLoad(chosen ? `school ${chosen}` : null, (signal) => school(chosen ?? '', signal))
  const assistants = useLoad(chosen ? `assistants ${chosen}` : null, (signal) => people({ school: chosen, role: 'assistant' }, signal))
  const save = (v: NewNeed, version: number) => {
    const body: NewNeed = { ...v, unit: v.unit ?? undefined, downKbps: v.downKbps ?? undefined, upKbps: v.upKbps ?? undefined, blocked: v.blocked ?? [] }
    return need ? setNeed(need.id, version, body) : addNeed(body)
  }
  const required = [{ required: true, message: t('form.required') }]
  const initial = need && { ...need, school: need.school.id, class: need.class.id, room: need.room?.id, assistant: need.assistant?.id }
  return (
    <EntryForm title={t(need ? 'match.editNeed' : 'match.newNeed')} form={form} initial={initial ?? { periods: 2 }} version={need?.version} save={save}
      withdraw={need && ((version) => withdrawNeed(need.id, version))} onClose={onClose} onDone={onDone}>
      <Form.Item name="school" label={t('match.form.school')} rules={required}><Select disabled={Boolean(need)} options={named(all.data)} showSearch={{ optionFilterProp: 'label' }} /></Form.Item>
      <Form.Item name="class" label={t('match.form.class')} rules={required}><Select options={named(detail.data?.classes)} loading={detail.loading} /></Form.Item>
      <Form.Item name="subject" label={t('match.form.subject')} rules={required}><AutoComplete options={(t('subjects', { returnObjects: true }) as string[]).map((s) => ({ value: s }))} /></Form.Item>
      <Form.Item name="periods" label={t('match.form.periods')} rules={required}><InputNumber min={1} max={20} /></Form.Item>
      <Form.Item name="edition" label={t('match.form.edition')}><Input maxLength={40} /></Form.Item>
      <Form.Item name="unit" label={t('match.form.unit')}><InputNumber min={0} max={99} /></Form.Item>
      <Form.Item name="room" label={t('match.form.room')} rules={required}><Select options={named(detail.data?.rooms)} loading={detail.loading} /></Form.Item>
      <Form.Item name="assistant" label={t('match.form.assistant')}><Select allowClear options={named(assistants.data)} loading={assistants.loading} /></Form.Item>
      <Form.Item name="downKbps" label={t('match.form.down')}><InputNumber min={1} max={10_000_000} controls={false} /></Form.Item>
      <Form.Item name="upKbps" label={t('match.form.up')}><InputNumber min={1} max={10_000_000} controls={false} /></Form.Item>
      <Form.Item name="language" label={t('match.form.language')}><Input maxLength={20} placeholder={'zh'} /></Form.Item>
      <Form.Item name="blocked" label={t('match.form.blocked')} className="matching-wide"><Cells /></Form.Item>
      <Form.Item name="note" label={t('match.form.note')}><Input maxLength={300} /></Form.Item>
    </EntryForm>
  )
}
