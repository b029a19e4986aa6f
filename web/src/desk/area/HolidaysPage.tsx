import { Upload } from 'antd'
import { ChevronLeft, FileUp } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import { base64 } from '../../api/exchange'
import { useSession } from '../../app/session'
import { urls } from '../../app/urls'
import { ProblemNote } from '../../ui/parts'
import '../exchange/exchange.css'
import './area.css'
import { HolidayDifference } from './HolidayDifference'

const MOST = 128 << 10 // bytes: what the server takes

/** Import of a national holiday file as an area's defaults: choose a file, look at what will change and decide about make-up days, import. */
export function HolidaysPage() {
  const { t } = useTranslation('area')
  const { id = '' } = useParams()
  const area = useSession((s) => s.me)?.roles.find((r) => r.area === id)?.areaName
  const [file, setFile] = useState<{ name: string; data: string; no: number } | null>(null)
  const [large, setLarge] = useState(false)
  const take = (f: File) => {
    setLarge(f.size > MOST)
    if (f.size <= MOST) void base64(f).then((data) => setFile({ name: f.name, data, no: Date.now() }))
    return false // nothing is sent yet
  }
  return (
    <div className="import">
      <Link className="school-back" to={urls.area(id)}><ChevronLeft size={18} aria-hidden />{area ?? t('back')}</Link>
      <h1>{t('holidays.title')}</h1>
      {file
        ? <HolidayDifference key={file.no} area={id} file={file} onBack={() => setFile(null)} />
        : (
          <section className="tt-card import-file">
            <Upload.Dragger accept=".json,application/json" beforeUpload={take} showUploadList={false}>
              <FileUp size={40} aria-hidden />
              <strong>{t('holidays.choose')}</strong>
              <p>{t('holidays.format')}</p>
            </Upload.Dragger>
            {large && <ProblemNote problem={{ status: 422, code: 'holidays-too-large' }} />}
            <p className="import-hint">{t('holidays.hint')}</p>
          </section>
        )}
    </div>
  )
}
