import { App, Button, Checkbox, InputNumber, Popconfirm, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type AreaPolicy, forgetPolicy, type Policy, setPolicy } from '../../api/areas'
import type { Problem } from '../../app/problems'
import { problemOf } from '../../app/useLoad'
import { ProblemNote } from '../../ui/parts'
import { criteria, numbers, plain, shares, shownNumber, typedNumber } from './policy'

/** The limits of an area's lessons and the weights of the criteria, each with what it does and what would hold without it. */
export function PolicyForm({ policy: had, onChange }: { policy: AreaPolicy; onChange: () => void }) {
  const { t } = useTranslation(['area', 'desk'])
  const { message } = App.useApp()
  const [p, setP] = useState<Policy>(() => plain(had))
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const share = shares(p.weights)
  const run = async (change: () => Promise<AreaPolicy>) => {
    setBusy(true)
    setProblem(null)
    try {
      setP(plain(await change()))
      void message.success(t('area:policy.saved'))
      onChange()
    } catch (e) {
      const refusal = problemOf(e)
      setProblem(refusal)
      if (refusal.code === 'stale') onChange() // saved again it is based on what is there now
    } finally {
      setBusy(false)
    }
  }
  const fallback = (value: string | number) => <em>{t('area:policy.default', { value })}</em>
  const by = had.own ? t('area:policy.own') : had.by ? t('area:policy.by', { name: had.by.name }) : t('area:policy.nobody')
  return (
    <form onSubmit={(e) => { e.preventDefault(); void run(() => setPolicy(had.area.id, p, had.version)) }}>
      <p className="policy-by">{by}</p>
      <div className="policy-fields">
        {numbers.map((f) => (
          <label key={f.name}>
            <strong>{t(`area:policy.${f.name}.label`)}</strong>
            <InputNumber min={f.min} max={f.max} precision={0} suffix={t(`area:policy.${f.name}.unit`)} value={shownNumber(f, p)} required
              onChange={(v) => v !== null && setP({ ...p, [f.name]: typedNumber(f, v) })} />
            <span>{t(`area:policy.${f.name}.why`)} {fallback(shownNumber(f, had.default))}</span>
          </label>
        ))}
        <label>
          <strong>{t('area:policy.picture.label')}</strong>
          <Select value={p.picture} onChange={(picture) => setP({ ...p, picture })} options={(['full', 'small'] as const).map((v) => ({ value: v, label: t(`area:policy.picture.${v}`) }))} />
          <span>{t('area:policy.picture.why')} {fallback(t(`area:policy.picture.${had.default.picture}`))}</span>
        </label>
        <div>
          <strong>{t('area:policy.anyEdition.label')}</strong>
          <Checkbox checked={p.anyEdition} onChange={(e) => setP({ ...p, anyEdition: e.target.checked })}>{t('area:policy.anyEdition.yes')}</Checkbox>
          <span>{t('area:policy.anyEdition.why')} {fallback(t(had.default.anyEdition ? 'area:policy.yes' : 'area:policy.no'))}</span>
        </div>
      </div>
      <h3>{t('area:policy.weights')}</h3>
      <p className="policy-by">{t('area:policy.weightsText')}</p>
      <div className="policy-weights">
        {criteria.map((c) => (
          <label key={c}>
            <span><strong>{t(`desk:match.criterion.${c}`)}</strong>{t(`area:policy.criterion.${c}`)}</span>
            <InputNumber min={0} max={100} precision={0} value={p.weights[c] ?? 0} onChange={(v) => setP({ ...p, weights: { ...p.weights, [c]: v ?? 0 } })} />
            <span className="policy-share">{t('area:policy.share', { percent: share[c] })}<br />{fallback(had.default.weights[c] ?? 0)}</span>
          </label>
        ))}
      </div>
      {problem && <ProblemNote problem={problem} />}
      <p className="policy-save">
        {had.own && (
          <Popconfirm title={t('area:policy.forgetAsk')} okText={t('area:policy.forget')} cancelText={t('common:cancel')} onConfirm={() => void run(() => forgetPolicy(had.area.id, had.version))}>
            <Button disabled={busy}>{t('area:policy.forget')}</Button>
          </Popconfirm>
        )}
        <Button type="primary" htmlType="submit" loading={busy}>{t('common:save')}</Button>
      </p>
    </form>
  )
}
