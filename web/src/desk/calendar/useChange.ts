import { App } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Effect } from '../../api/model'
import type { Problem } from '../../app/problems'
import { problemOf } from '../../app/useLoad'

/** A change that first tells what it does to dated lessons: nothing is changed until that is accepted, where there is anything to accept. */
export function useChange(onDone: () => void, onStale: () => void) {
  const { t } = useTranslation('desk')
  const { message } = App.useApp()
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [effect, setEffect] = useState<{ told: Effect; run: (preview: boolean) => Promise<Effect> } | null>(null)
  const run = async (change: (preview: boolean) => Promise<Effect>, sure: boolean) => {
    setBusy(true)
    setProblem(null)
    try {
      if (!sure) {
        const told = await change(true)
        if (told.lessons.length > 0) {
          setEffect({ told, run: change })
          return
        }
      }
      await change(false)
      void message.success(t('cal.saved'))
      onDone()
    } catch (e) {
      const refusal = problemOf(e)
      setProblem(refusal)
      if (refusal.code === 'stale') onStale() // what was typed stays; saved again it is based on what is there now
    } finally {
      setBusy(false)
    }
  }
  return {
    busy, problem, effect: effect?.told ?? null,
    ask: (change: (preview: boolean) => Promise<Effect>) => void run(change, false),
    accept: () => effect && void run(effect.run, true),
    back: () => setEffect(null),
  }
}
