import { Lightbulb } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { UnplacedNeed } from '../../api/model'
import { urls } from '../../app/urls'
import { Badge } from '../../ui/parts'
import { shiftWords } from '../matching/words'
import { reasonWords } from './words'

/** A need that is not met: why, and what would help. */
export function UnplacedRow({ need: u }: { need: UnplacedNeed }) {
  const { t } = useTranslation('desk')
  const shift = u.reasons.find((r) => r.shift)?.shift
  const why = u.reasons.slice(0, 3).map((r) => reasonWords(t, r)).join(t('term.and'))
  return (
    <div className="term-row term-unplaced" data-need={u.need}>
      <div className="term-who">
        <p>
          <Badge tone="bad">{t('term.missing', { count: u.missing })}</Badge>
          <strong>{`${u.school.name} ${u.class.name} ${u.subject}`}</strong>
        </p>
        <p className="term-ends" title={why}>{why}</p>
        {shift && <p className="term-help"><Lightbulb size={16} aria-hidden />{t('term.help', { what: shiftWords(t, shift) })}</p>}
      </div>
      <Link className="tt-button" to={`${urls.matching}?school=${encodeURIComponent(u.school.name)}`}>{t('term.find')}</Link>
    </div>
  )
}
