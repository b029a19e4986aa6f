import { Button, Popconfirm } from 'antd'
import { useTranslation } from 'react-i18next'
import '../form-foot.css'

/** Save and cancel, and to the left what takes the entry back. */
export function FormFoot({ busy, onSave, onCancel, onWithdraw }: { busy: boolean; onSave: () => void; onCancel: () => void; onWithdraw?: () => void }) {
  const { t } = useTranslation('desk')
  return (
    <div className="form-foot">
      {onWithdraw && <Popconfirm title={t('match.withdrawAsk')} okText={t('match.withdraw')} cancelText={t('common:cancel')} onConfirm={onWithdraw}><Button danger type="text">{t('match.withdraw')}</Button></Popconfirm>}
      <span />
      <Button onClick={onCancel}>{t('common:cancel')}</Button>
      <Button type="primary" loading={busy} onClick={onSave}>{t('common:save')}</Button>
    </div>
  )
}
