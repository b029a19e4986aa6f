import { App, AutoComplete, Checkbox, Form, Input, InputNumber, Modal, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { addOffer, setOffer, withdrawOffer } from '../../api/match'
import type { NewOffer, Offer } from '../../api/model'
import { people, school, schools } from '../../api/places'
import { type Problem } from '../../app/problems'
import { holds, useSession } from '../../app/session'
import { problemOf, useLoad } from '../../app/useLoad'
import { ProblemNote } from '../../ui/parts'
import { Cells } from './Cells'
import { FormFoot } from './FormFoot'

/** What a lecturer can give. A lecturer speaks for no one else. */
export function OfferForm({ offer, onClose, onDone }: { offer?: Offer; onClose: () => void; onDone: () => void }) {
  const { t } = useTranslation('desk')
  const { message } = App.useApp()
  const me = useSession((s) => s.me)
  const staff = me ? holds(me, 'coordinator', 'school-admin') : false
  const [form] = Form.useForm<NewOffer>()
  const chosen = Form.useWatch('school', form) ?? offer?.school.id ?? me?.school?.id
  const all = useLoad('schools', schools)
  const detail = useLoad(chosen ? `school ${chosen}` : null, (signal) => school(chosen ?? '', signal))
  const lecturers = useLoad(staff && chosen ? `lecturers ${chosen}` : null, (signal) => people({ school: chosen, role: 'lecturer' }, signal))
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const act = async (what: () => Promise<unknown>, said: string) => {
    setBusy(true)
    setProblem(null)
    try {
      await what()
      void message.success(said)
      onDone()
      onClose()
    } catch (e) {
      setProblem(problemOf(e))
      setBusy(false)
    }
  }
  const save = (v: NewOffer) => {
    const body: NewOffer = { ...v, unit: v.unit ?? undefined, free: v.free ?? [], blocked: v.blocked ?? [] }
    void act(() => (offer ? setOffer(offer.id, { ...body, version: offer.version }) : addOffer(body)), t('match.saved'))
  }
  const named = (list?: { id: string; name: string }[]) => list?.map((x) => ({ value: x.id, label: x.name }))
  const required = [{ required: true, message: t('form.required') }]
  const self = !staff && me ? [{ value: me.id, label: me.name }] : undefined
  const initial = offer
    ? { ...offer, school: offer.school.id, lecturer: offer.lecturer.id, rooms: offer.rooms.map((r) => r.id) }
    : { cap: 14, ownLoad: 10, school: staff ? undefined : me?.school?.id, lecturer: self?.[0]?.value }
  return (
    <Modal open title={t(offer ? 'match.editOffer' : 'match.newOffer')} onCancel={onClose} width={640}
      footer={<FormFoot busy={busy} onSave={form.submit} onCancel={onClose} onWithdraw={offer && (() => void act(() => withdrawOffer(offer.id), t('match.withdrawn')))} />}>
      {problem && <ProblemNote problem={problem} />}
      <Form form={form} layout="vertical" requiredMark={false} autoComplete="off" initialValues={initial} onFinish={save} className="matching-form">
        <Form.Item name="school" label={t('match.form.school')} rules={required}><Select disabled={Boolean(offer) || !staff} options={named(all.data)} showSearch={{ optionFilterProp: 'label' }} /></Form.Item>
        <Form.Item name="lecturer" label={t('match.form.lecturer')} rules={required}><Select disabled={Boolean(offer) || !staff} options={self ?? named(lecturers.data)} loading={lecturers.loading} /></Form.Item>
        <Form.Item name="subject" label={t('match.form.subject')} rules={required}><AutoComplete options={(t('subjects', { returnObjects: true }) as string[]).map((s) => ({ value: s }))} /></Form.Item>
        <Form.Item name="grades" label={t('match.form.grades')} rules={required}>
          <Select mode="multiple" options={Array.from({ length: 12 }, (_, i) => ({ value: i + 1, label: t(`common:grade.${i + 1}`) }))} />
        </Form.Item>
        <Form.Item name="edition" label={t('match.form.edition')}><Input maxLength={40} /></Form.Item>
        <Form.Item name="anyEdition" valuePropName="checked" label=" "><Checkbox>{t('match.form.anyEdition')}</Checkbox></Form.Item>
        <Form.Item name="rooms" label={t('match.form.rooms')} rules={required}>
          <Select mode="multiple" options={named(detail.data?.rooms.filter((r) => r.class === 'lecturer'))} loading={detail.loading} />
        </Form.Item>
        <Form.Item name="unit" label={t('match.form.unit')}><InputNumber min={0} max={99} /></Form.Item>
        <Form.Item name="cap" label={t('match.form.cap')} rules={required}><InputNumber min={1} max={40} /></Form.Item>
        <Form.Item name="ownLoad" label={t('match.form.ownLoad')}><InputNumber min={0} max={40} /></Form.Item>
        <Form.Item name="languages" label={t('match.form.language')}><Select mode="tags" options={[{ value: 'zh' }, { value: 'en' }]} /></Form.Item>
        <Form.Item name="free" label={t('match.form.free')} className="matching-wide"><Cells /></Form.Item>
        <Form.Item name="blocked" label={t('match.form.blocked')} className="matching-wide"><Cells /></Form.Item>
        <Form.Item name="note" label={t('match.form.note')}><Input maxLength={300} /></Form.Item>
      </Form>
    </Modal>
  )
}
