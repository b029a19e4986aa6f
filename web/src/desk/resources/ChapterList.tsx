import { Hand, Presentation } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { Chapter } from '../../api/model'
import { playTime } from '../../ui/time'
import { chapterAt } from './chapters'

export function ChapterList({ chapters, time, onSeek }: { chapters: Chapter[]; time: number; onSeek: (to: number) => void }) {
  const { t } = useTranslation('desk')
  const list = useRef<HTMLOListElement>(null)
  const now = chapterAt(chapters, time)
  useEffect(() => {
    const item = list.current?.children[now]
    if (item instanceof HTMLElement && list.current) list.current.scrollTop = item.offsetTop - list.current.clientHeight / 3
  }, [now])
  return (
    <nav className="tt-card chapters" aria-label={t('player.chapters')}>
      <h2>{t('player.chapters')}</h2>
      {chapters.length === 0 && <p>{t('player.noChapters')}</p>}
      <ol ref={list}>
        {chapters.map((c, i) => (
          <li key={`${c.start}-${c.title}`}>
            <button type="button" aria-current={i === now ? 'true' : undefined} onClick={() => onSeek(c.start)}>
              {c.kind === 'floor' ? <Hand size={18} aria-hidden /> : <Presentation size={18} aria-hidden />}
              <span>{c.title}</span>
              <time>{playTime(c.start)}</time>
            </button>
          </li>
        ))}
      </ol>
    </nav>
  )
}
