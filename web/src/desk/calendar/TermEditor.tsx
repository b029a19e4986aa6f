import { Button, DatePicker, Form, Input, Modal } from 'antd'
import dayjs, { type Dayjs } from 'dayjs'
import { useTranslation } from 'react-i18next'
import { setTerm } from '../../api/calendars'
import type { Calendar } from '../../api/model'
import { Refused } from '../StaleNote'
import { EffectList } from './EffectList'
import { useChange } from './useChange'

/** The school's term, and the week that it counts as its first. */
export function TermEditor({ calendar: c, onClose, onDone }: { calendar: Calendar; onClose: () => void; onDone: () => void }) {
  const { t } = useTranslation('desk')
  const change = useChange(() => { onDone(); onClose() }, onDone)
  const save = (v: { name: string; span: [Dayjs, Dayjs]; week1: Dayjs }) => {
    const day = (d: Dayjs) => d.format('YYYY-MM-DD')
    change.ask((preview) => setTerm(c.area.id, { name: v.name.trim(), from: day(v.span[0]), to: day(v.span[1]), week1: day(v.week1) }, c.version, preview))
  }
  const required = [{ required: true, message: t('form.required') }]
  return (
    <Modal open title={t('cal.editTerm')} onCancel={onClose} footer={null}>
      {change.effect && <EffectList effect={change.effect} busy={change.busy} onAccept={change.accept} onBack={change.back} />}
      <Form hidden={change.effect !== null} layout="vertical" requiredMark={false} onFinish={save}
        initialValues={{ name: c.term.name, span: [dayjs(c.term.from), dayjs(c.term.to)], week1: dayjs(c.term.week1) }}>
        <Form.Item name="name" label={t('cal.termName')} rules={required}><Input maxLength={60} /></Form.Item>
        <Form.Item name="span" label={t('cal.termSpan')} rules={required}><DatePicker.RangePicker style={{ width: '100%' }} /></Form.Item>
        <Form.Item name="week1" label={t('cal.week1')} rules={required}><DatePicker style={{ width: '100%' }} /></Form.Item>
        {change.problem && <Refused problem={change.problem} />}
        <p className="bells-save">
          <Button onClick={onClose}>{t('common:cancel')}</Button>
          <Button type="primary" htmlType="submit" loading={change.busy}>{t('common:save')}</Button>
        </p>
      </Form>
    </Modal>
  )
}
