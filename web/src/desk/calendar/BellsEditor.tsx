import { Button, Checkbox, DatePicker, Input, Modal, Select } from 'antd'
import dayjs from 'dayjs'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { addBells, deleteBells, setBells } from '../../api/calendars'
import type { BellSchedule, Calendar, NewBells } from '../../api/model'
import { faults } from './bell-rows'
import { Refused } from '../StaleNote'
import { EffectList } from './EffectList'
import { PeriodRows } from './PeriodRows'
import { useChange } from './useChange'

/** One bell schedule: name, days, for whom, and its periods. A default is not changed here: it becomes a schedule of one's own. */
export function BellsEditor({ calendar: c, bells, onClose, onDone }: { calendar: Calendar; bells?: BellSchedule; onClose: () => void; onDone: () => void }) {
  const { t } = useTranslation('desk')
  const own = bells?.by === c.area.id
  const [b, setB] = useState<NewBells>(() => start(c, bells, t('cal.season')))
  const change = useChange(() => { onDone(); onClose() }, onDone)
  const wrong = faults(b.periods)
  const body = { ...b, name: b.name.trim(), campus: b.campus?.trim() || undefined, stage: b.stage || undefined }
  const save = () => change.ask((preview) => (own && bells ? setBells(bells.id, body, c.version, preview) : addBells(c.area.id, body, c.version, preview)))
  const remove = () => bells && change.ask((preview) => deleteBells(bells.id, c.version, preview))
  const date = (value?: string) => (value ? dayjs(value) : null)
  return (
    <Modal open title={own ? t('bells.edit') : t('cal.newBells')} onCancel={onClose} footer={null} width={680}>
      {change.effect
        ? <EffectList effect={change.effect} busy={change.busy} onAccept={change.accept} onBack={change.back} />
        : (
          <div className="bells-editor">
            <div className="bells-head">
              <label><span>{t('cal.bellsName')}</span><Input value={b.name} maxLength={40} onChange={(e) => setB({ ...b, name: e.target.value })} /></label>
              <label><span>{t('cal.from')}</span><DatePicker value={date(b.from)} placeholder={t('cal.sinceEver')} onChange={(d) => setB({ ...b, from: d?.format('YYYY-MM-DD') })} /></label>
              <label><span>{t('cal.to')}</span><DatePicker value={date(b.to)} placeholder={t('cal.forEver')} onChange={(d) => setB({ ...b, to: d?.format('YYYY-MM-DD') })} /></label>
              <label><span>{t('cal.stage')}</span>
                <Select value={b.stage ?? ''} onChange={(stage) => setB({ ...b, stage: stage === '' ? undefined : (stage as NewBells['stage']) })}
                  options={[{ value: '', label: t('cal.everyStage') }, ...(['primary', 'junior', 'senior'] as const).map((s) => ({ value: s, label: t(`stage.${s}`) }))]} />
              </label>
              <label><span>{t('cal.campus')}</span><Input value={b.campus ?? ''} maxLength={40} placeholder={t('cal.everyCampus')} onChange={(e) => setB({ ...b, campus: e.target.value })} /></label>
            </div>
            <Checkbox.Group aria-label={t('cal.weekdays')} value={b.weekdays} options={[1, 2, 3, 4, 5, 6, 7].map((d) => ({ value: d, label: t(`weekday.${d}`) }))}
              onChange={(days) => setB({ ...b, weekdays: days.map(Number).sort() })} />
            <PeriodRows periods={b.periods} wrong={wrong} onPeriods={(periods) => setB({ ...b, periods })} />
            {change.problem && <Refused problem={change.problem} />}
            <p className="bells-note">{t('bells.effect')}</p>
            <p className="bells-save">
              {own && <Button danger type="text" onClick={remove}>{t('cal.removeBells')}</Button>}
              <Button onClick={onClose}>{t('common:cancel')}</Button>
              <Button type="primary" loading={change.busy} disabled={wrong.size > 0 || b.periods.length === 0 || b.name.trim() === ''} onClick={save}>{t('common:save')}</Button>
            </p>
          </div>
        )}
    </Modal>
  )
}

/** What the editor begins with: the schedule itself, or for a new one the periods that are there, from today on. */
function start(c: Calendar, bells: BellSchedule | undefined, season: string): NewBells {
  if (bells) {
    const { id: _, by: __, ...rest } = bells
    return rest
  }
  return { name: season, weekdays: [1, 2, 3, 4, 5], periods: c.bells[0]?.periods ?? [] }
}
