import { Button } from 'antd'
import { useTranslation } from 'react-i18next'

interface Props {
  onBack: () => void
  onNext?: () => void
  onImport?: () => void
  busy?: boolean
  disabled?: boolean
  note?: string
}

/** The foot of a step: back, and on. */
export function Foot({ onBack, onNext, onImport, busy, disabled, note }: Props) {
  const { t } = useTranslation('exchange')
  return (
    <footer className="import-foot">
      <Button onClick={onBack}>{t('before')}</Button>
      {note && <p role="status">{note}</p>}
      {onNext && <Button type="primary" onClick={onNext}>{t('next')}</Button>}
      {onImport && <Button type="primary" loading={busy} disabled={disabled} onClick={onImport}>{t('import')}</Button>}
    </footer>
  )
}
