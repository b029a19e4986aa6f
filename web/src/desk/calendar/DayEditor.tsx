import { Button, Input, InputNumber, Modal, Radio, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { forgetDay, setDay } from '../../api/calendars'
import type { Calendar, CalendarDay, NewDay } from '../../api/model'
import { longDay } from '../../ui/time'
import { Refused } from '../StaleNote'
import { EffectList } from './EffectList'
import { ownRule, ruleOf } from './term'
import { useChange } from './useChange'

type Kind = NewDay['kind'] | 'default'

/** What is decided about one day, and by whom; decided anew by who may. */
export function DayEditor({ calendar: c, day: d, onClose, onDone }: { calendar: Calendar; day: CalendarDay; onClose: () => void; onDone: () => void }) {
  const { t, i18n } = useTranslation('desk')
  const own = ownRule(c, d)
  const given = own ?? ruleOf(d)
  const [kind, setKind] = useState<Kind>(own?.kind ?? 'default')
  const [rule, setRule] = useState<Omit<NewDay, 'kind'>>({ name: given?.name, weekday: given?.weekday ?? 1, week: given?.week, bells: given?.bells })
  const change = useChange(() => { onDone(); onClose() }, onDone)
  const save = () => change.ask((preview) => {
    if (kind === 'default') return forgetDay(c.area.id, d.date, c.version, preview)
    const { name, weekday, week, bells } = rule
    const like = kind === 'like'
    return setDay(c.area.id, d.date, { kind, name: name?.trim() || undefined, weekday: like ? weekday : undefined, week: like ? week : undefined, bells: like || kind === 'bells' ? bells : undefined }, c.version, preview)
  })
  const names = [...new Map(c.bells.map((b) => [b.name, b])).values()].map((b) => ({ value: b.name, label: b.name }))
  const kinds: Kind[] = ['default', 'off', 'like', 'bells', 'ordinary']
  return (
    <Modal open title={`${longDay(d.date, i18n.language)} · ${c.area.name}`} onCancel={onClose} footer={null} width={600}>
      <div className="day-editor">
        <Decided calendar={c} day={d} />
        {change.effect
          ? <EffectList effect={change.effect} busy={change.busy} onAccept={change.accept} onBack={change.back} />
          : c.may && (
            <>
              <Radio.Group value={kind} onChange={(e) => setKind(e.target.value as Kind)} aria-label={t('cal.decide')}
                options={kinds.map((k) => ({ value: k, label: t(`cal.kind.${k}`) }))} />
              {kind === 'like' && (
                <p className="day-like">
                  <Select aria-label={t('cal.follows')} value={rule.weekday} onChange={(weekday) => setRule({ ...rule, weekday })} options={[1, 2, 3, 4, 5].map((n) => ({ value: n, label: t('cal.like', { day: t(`weekday.${n}`) }) }))} />
                  <InputNumber aria-label={t('cal.parity')} min={1} max={60} value={rule.week ?? null} placeholder={t('cal.ownWeek')} onChange={(week) => setRule({ ...rule, week: week ?? undefined })} addonAfter={t('cal.parity')} />
                </p>
              )}
              {kind === 'bells' && <Select aria-label={t('cal.whichBells')} placeholder={t('cal.whichBells')} value={rule.bells} onChange={(bells) => setRule({ ...rule, bells })} options={names} />}
              {kind !== 'default' && kind !== 'ordinary' && <Input aria-label={t('cal.occasion')} placeholder={t('cal.occasion')} maxLength={40} value={rule.name ?? ''} onChange={(e) => setRule({ ...rule, name: e.target.value })} />}
              {change.problem && <Refused problem={change.problem} />}
              <p className="bells-save">
                <Button onClick={onClose}>{t('common:cancel')}</Button>
                <Button type="primary" loading={change.busy} onClick={save}>{t('common:save')}</Button>
              </p>
            </>
          )}
      </div>
    </Modal>
  )
}

/** Who decided what about the day; the first holds. */
function Decided({ calendar: c, day: d }: { calendar: Calendar; day: CalendarDay }) {
  const { t } = useTranslation('desk')
  if (d.rules.length === 0) return <p>{t('cal.noRule', { week: d.week })}</p>
  return (
    <ol className="decided">
      {d.rules.map((r, i) => (
        <li key={r.by} data-holds={i === 0}>
          <strong>{c.offices.find((o) => o.id === r.by)?.name}</strong>
          <span>{[t(`cal.kind.${r.kind}`), r.weekday && t('cal.like', { day: t(`weekday.${r.weekday}`) }), r.week && t('cal.weekNo', { week: r.week }), r.bells, r.name].filter(Boolean).join(' · ')}</span>
        </li>
      ))}
    </ol>
  )
}
