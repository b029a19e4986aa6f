import { App, Form, type FormInstance, Modal } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useVersioned } from '../useVersioned'
import { FormFoot } from './FormFoot'

interface Props<T> {
  title: string
  form: FormInstance<T>
  initial: object
  /** Of an entry that is there. */
  version?: number
  save: (values: T, version: number) => Promise<unknown>
  withdraw?: (version: number) => Promise<unknown>
  onClose: () => void
  onDone: () => void
  children: ReactNode
}

/** An entry of a need or an offer: saved, or withdrawn. */
export function EntryForm<T>({ title, form, initial, version = 0, save, withdraw, onClose, onDone, children }: Props<T>) {
  const { t } = useTranslation('desk')
  const { message } = App.useApp()
  const { busy, run, note } = useVersioned()
  const act = (what: (version: number) => Promise<unknown>, said: string) => void run(version, async (on) => {
    await what(on)
    void message.success(said)
    onDone()
    onClose()
  })
  return (
    <Modal open title={title} onCancel={onClose} width={640}
      footer={<FormFoot busy={busy} onSave={form.submit} onCancel={onClose} onWithdraw={withdraw && (() => act(withdraw, t('match.withdrawn')))} />}>
      {note}
      <Form form={form} layout="vertical" requiredMark={false} autoComplete="off" initialValues={initial} onFinish={(v) => act((on) => save(v, on), t('match.saved'))} className="matching-form">
        {children}
      </Form>
    </Modal>
  )
}

export const named = (list?: { id: string; name: string }[]) => list?.map((x) => ({ value: x.id, label: x.name }))
