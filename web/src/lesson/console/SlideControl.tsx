import { ChevronLeft, ChevronRight } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import type { FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { LessonEvents } from '../../live/events'
import { useLive } from '../commands'
import { useStore } from '../useStore'

const LONGEST = 200

/** Turns the slide and names the chapter: the recording gets its chapters from here. */
export function SlideControl({ events }: { events: LessonEvents }) {
  const { t } = useTranslation('lesson')
  const { desk } = useLive()
  const slide = useStore(events.state, (s) => s.lesson?.slide ?? null)
  const titles = useRef(new Map<number, string>())
  const [typed, setTyped] = useState<string | null>(null) // null: nothing; what is being typed stays when a slide arrives meanwhile
  const page = slide?.page ?? 0
  const title = typed ?? slide?.title ?? ''
  useEffect(() => {
    if (slide) titles.current.set(slide.page, slide.title ?? '')
    setTyped((words) => (words?.trim() === slide?.title ? null : words))
  }, [slide])
  const turn = (to: number) => {
    setTyped(null)
    void desk.send('slide.show', { page: to, title: titles.current.get(to) ?? '' })
  }
  const name = (event: FormEvent) => {
    event.preventDefault()
    void desk.send('slide.show', { page: Math.max(1, page), title: title.trim() })
  }
  return (
    <section className="lc-slides" aria-label={t('slide.label')}>
      <div className="lc-turn">
        <button type="button" className="tt-button" disabled={page <= 1} onClick={() => turn(page - 1)}>
          <ChevronLeft aria-hidden />
          {t('slide.previous')}
        </button>
        <output aria-label={t('slide.number')}>{page === 0 ? '–' : page}</output>
        <button type="button" className="tt-button" data-look="primary" onClick={() => turn(page + 1)}>
          {t('slide.next')}
          <ChevronRight aria-hidden />
        </button>
      </div>
      <form onSubmit={name}>
        <input className="tt-input" value={title} maxLength={LONGEST} aria-label={t('slide.title')} placeholder={t('slide.titleHint')} onChange={(e) => setTyped(e.target.value)} />
        <button type="submit" className="tt-button" disabled={title.trim() === (slide?.title ?? '')}>
          {t('slide.set')}
        </button>
      </form>
    </section>
  )
}
