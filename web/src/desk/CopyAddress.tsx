import { Button, Input } from 'antd'
import { Check, Copy } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

/** An address to be copied; it can be selected too. */
export function CopyAddress({ address, label }: { address: string; label: string }) {
  const { t } = useTranslation()
  const [copied, setCopied] = useState(false)
  const whole = new URL(address, location.origin).href
  const copy = async () => {
    await copyText(whole)
    setCopied(true)
    setTimeout(() => setCopied(false), 2_000)
  }
  return (
    <div className="calendar-address">
      <Input readOnly value={whole} aria-label={label} onFocus={(e) => e.target.select()} />
      <Button type="primary" icon={copied ? <Check size={18} /> : <Copy size={18} />} onClick={() => void copy()}>{t(copied ? 'copied' : 'copy')}</Button>
    </div>
  )
}

/** The clipboard needs a secure page; a school's server on plain http in the house network gets the old way. */
async function copyText(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text)
  const field = document.createElement('textarea')
  field.value = text
  document.body.append(field)
  field.select()
  document.execCommand('copy')
  field.remove()
}
