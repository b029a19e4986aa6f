import { Button } from 'antd'
import { Archive, ArchiveRestore } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import '../form-foot.css'

/** Save and cancel; to the left what archives the entry, or brings it back. */
export function LentFoot({ busy, archived, onSave, onCancel, onArchive }: { busy: boolean; archived?: boolean; onSave: () => void; onCancel: () => void; onArchive?: () => void }) {
  const { t } = useTranslation('desk')
  return (
    <div className="form-foot">
      {onArchive && <Button type="text" disabled={busy} icon={archived ? <ArchiveRestore size={18} /> : <Archive size={18} />} onClick={onArchive}>{t(archived ? 'lent.restore' : 'lent.archive')}</Button>}
      <span />
      <Button onClick={onCancel}>{t('common:cancel')}</Button>
      <Button type="primary" loading={busy} onClick={onSave}>{t('common:save')}</Button>
    </div>
  )
}
