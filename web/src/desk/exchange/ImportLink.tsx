import { FileUp } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { RosterKind } from '../../api/exchange'
import { urls } from '../../app/urls'
import './exchange.css'

/** The way to import one of a school's lists. */
export function ImportLink({ school, kind }: { school: string; kind: RosterKind }) {
  const { t } = useTranslation('exchange')
  return <Link className="import-link" to={urls.importTo(school, kind)}><FileUp size={16} aria-hidden />{t(`title.${kind}`)}</Link>
}
