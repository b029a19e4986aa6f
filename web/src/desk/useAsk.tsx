import { App } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { problemWords } from '../app/problems'
import { problemOf } from '../app/useLoad'
import { Refused } from './StaleNote'

interface Question {
  title: string
  content: ReactNode
  ok: string
  version: number
  act: (version: number) => Promise<unknown>
}

/** Asks, does, and tells a refusal in words. Where somebody was faster, it tells what that one did, and asks again on what is there now. */
export function useAsk(onChange: () => void) {
  const { t } = useTranslation('desk')
  const { modal } = App.useApp()
  const ask = (q: Question) => {
    const refused = (e: unknown) => {
      const problem = problemOf(e)
      const words = problemWords(t, problem)
      onChange()
      if (problem.code === 'stale') ask({ ...q, content: <Refused problem={problem} />, version: Number(problem.params?.version) })
      else modal.error({ title: words.title, content: words.advice })
    }
    modal.confirm({ title: q.title, content: q.content, okText: q.ok, cancelText: t('common:cancel'), okButtonProps: { danger: true }, onOk: () => q.act(q.version).then(onChange, refused) })
  }
  return ask
}
