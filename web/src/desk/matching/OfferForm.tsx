import { AutoComplete, Checkbox, Form, Input, InputNumber, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import { addOffer, setOffer, withdrawOffer } from '../../api/match'
import type { NewOffer, Offer } from '../../api/model'
import { people, school, schools } from '../../api/places'
import { holds, useSession } from '../../app/session'
import { useLoad } from '../../app/useLoad'
import { Cells } from './Cells'
import { EntryForm, named } from './EntryForm'

/** What a lecturer can give. A lecturer speaks for no one else. */
export function OfferForm({ offer, onClose, onDone }: { offer?: Offer; onClose: () => void; onDone: () => void }) {
  const { t } = useTranslation('desk')
  const me = useSession((s) => s.me)
  const staff = me ? holds(me, 'coordinator', 'school-admin') : false
  const [form] = Form.useForm<NewOffer>()
  const chosen = Form.useWatch('school', form) ?? offer?.school.id ?? me?.school?.id
  const all = useLoad('schools', schools)
  const detail = useLoad(chosen ? `school ${chosen}` : null, (signal) => school(chosen ?? '', signal))
  const lecturers = useLoad(staff && chosen ? `lecturers ${chosen}` : null, (signal) => people({ school: chosen, role: 'lecturer' }, signal))
  const save = (v: NewOffer, version: number) => {
    const body: NewOffer = { ...v, unit: v.unit ?? undefined, free: v.free ?? [], blocked: v.blocked ?? [] }
    return offer ? setOffer(offer.id, version, body) : addOffer(body)
  }
  const required = [{ required: true, message: t('form.required') }]
  const self = !staff && me ? [{ value: me.id, label: me.name }] : undefined
  const initial = offer
    ? { ...offer, school: offer.school.id, lecturer: offer.lecturer.id, rooms: offer.rooms.map((r) => r.id) }
    : { cap: 14, ownLoad: 10, school: staff ? undefined : me?.school?.id, lecturer: self?.[0]?.value }
  return (
    <EntryForm title={t(offer ? 'match.editOffer' : 'match.newOffer')} form={form} initial={initial} version={offer?.version} save={save}
      withdraw={offer && ((version) => withdrawOffer(offer.id, version))} onClose={onClose} onDone={onDone}>
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
    </EntryForm>
  )
}
