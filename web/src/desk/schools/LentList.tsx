import { Button } from 'antd'
import { Plus } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Badge } from '../../ui/parts'

interface Item {
  id: string
  name: string
  archived?: boolean
}

interface Props<T extends Item> {
  title: string
  text: string
  add: string
  items: T[]
  may: boolean
  facts?: (item: T) => ReactNode
  onEdit: (item: T | 'new') => void
}

/** A list of what a school lends to lessons or shares its pupils out among; what is archived stands at its end. */
export function LentList<T extends Item>({ title, text, add, items, may, facts, onEdit }: Props<T>) {
  const { t } = useTranslation('desk')
  const order = [...items].sort((a, b) => Number(a.archived ?? false) - Number(b.archived ?? false))
  return (
    <section className="tt-card lent" aria-label={title}>
      <header className="school-list-head">
        <h2>{title}</h2>
        {may && <Button type="text" icon={<Plus size={16} />} onClick={() => onEdit('new')}>{add}</Button>}
      </header>
      {items.length === 0 && <p>{text}</p>}
      <ul>
        {order.map((item) => (
          <li key={item.id} data-archived={item.archived ?? false}>
            <span>
              {item.name}
              {item.archived && <Badge>{t('lent.archived')}</Badge>}
              {facts && <small>{facts(item)}</small>}
            </span>
            {may && <Button type="text" size="small" aria-label={`${t('lent.edit')} ${item.name}`} onClick={() => onEdit(item)}>{t('lent.edit')}</Button>}
          </li>
        ))}
      </ul>
    </section>
  )
}
