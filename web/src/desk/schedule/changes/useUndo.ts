import { App } from 'antd'
import { useCallback, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Lesson } from '../../../api/model'
import { problemWords } from '../../../app/problems'
import { problemOf } from '../../../app/useLoad'
import { day } from '../../../ui/time'
import { move, whenNow } from './act'

/** The moves of this visit, the last of which can be undone: by the button or with Ctrl+Z. */
export function useUndo(onChange: () => void) {
  const { t } = useTranslation('timetable')
  const { message, modal } = App.useApp()
  const [moves, setMoves] = useState<{ was: Lesson; now: Lesson }[]>([])
  const busy = useRef(false)
  const undo = useCallback(async () => {
    const last = moves[moves.length - 1]
    if (!last || busy.current) return
    busy.current = true
    try {
      await move(last.now, whenNow(last.was, day(last.was.start)), t('undo.reason'))
      setMoves((list) => list.slice(0, -1))
      void message.success(t('undo.done'))
      onChange()
    } catch (e) {
      const words = problemWords(t, problemOf(e))
      modal.error({ title: words.title, content: words.advice })
    } finally {
      busy.current = false
    }
  }, [moves, message, modal, onChange, t])
  useEffect(() => {
    const key = (e: KeyboardEvent) => {
      const writing = e.target instanceof HTMLElement && e.target.closest('input, textarea')
      if ((e.ctrlKey || e.metaKey) && e.key === 'z' && !writing) void undo()
    }
    document.addEventListener('keydown', key)
    return () => document.removeEventListener('keydown', key)
  }, [undo])
  return { undo, can: moves.length > 0, note: (was: Lesson, now: Lesson) => setMoves((list) => [...list.slice(-19), { was, now }]) }
}
