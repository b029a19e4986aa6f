import { Button, Input, Modal, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { setClass } from '../../api/calendars'
import type { BellSet, SchoolDetail } from '../../api/model'
import { Refused } from '../StaleNote'
import { EffectList } from './EffectList'
import { useChange } from './useChange'

interface Props {
  school: SchoolDetail
  cls: SchoolDetail['classes'][number]
  may: boolean
  onChange: () => void
}

/** Whose bells a class has: those of its stage and campus. */
export function ClassSet({ school, cls, may, onChange }: Props) {
  const { t } = useTranslation('desk')
  const [set, setSet] = useState<BellSet | null>(null)
  const words = [t(`common:grade.${cls.grade}`), cls.stage && t(`stage.${cls.stage}`), cls.campus].filter(Boolean).join(' · ')
  const change = useChange(() => { setSet(null); onChange() }, onChange)
  if (!may) return <span>{words}</span>
  return (
    <>
      <Button type="text" size="small" aria-label={`${t('cal.classSet')} ${cls.name}`} onClick={() => setSet({ stage: cls.stage, campus: cls.campus })}>{words}</Button>
      {set && (
        <Modal open title={`${cls.name} · ${t('cal.classSet')}`} onCancel={() => setSet(null)} footer={null}>
          {change.effect
            ? <EffectList effect={change.effect} busy={change.busy} onAccept={change.accept} onBack={change.back} />
            : (
              <div className="day-editor">
                <Select aria-label={t('cal.stage')} value={set.stage ?? ''} onChange={(s) => setSet({ ...set, stage: s === '' ? undefined : (s as BellSet['stage']) })}
                  options={[{ value: '', label: t('cal.byGrade') }, ...(['primary', 'junior', 'senior'] as const).map((s) => ({ value: s, label: t(`stage.${s}`) }))]} />
                <Input aria-label={t('cal.campus')} placeholder={t('cal.campus')} maxLength={40} value={set.campus ?? ''} onChange={(e) => setSet({ ...set, campus: e.target.value })} />
                {change.problem && <Refused problem={change.problem} />}
                <p className="bells-save">
                  <Button onClick={() => setSet(null)}>{t('common:cancel')}</Button>
                  <Button type="primary" loading={change.busy} onClick={() => change.ask((preview) => setClass(school.id, cls.id, { stage: set.stage, campus: set.campus?.trim() || undefined }, school.version, preview))}>{t('common:save')}</Button>
                </p>
              </div>
            )}
        </Modal>
      )}
    </>
  )
}
