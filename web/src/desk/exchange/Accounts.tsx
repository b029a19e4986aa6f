import { Download } from 'lucide-react'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { NewAccount } from '../../api/exchange'
import { urls } from '../../app/urls'

/** The first passwords of new teachers: shown this once, to be saved and handed out. */
export function Accounts({ accounts, school }: { accounts: NewAccount[]; school: string }) {
  const { t } = useTranslation('exchange')
  const file = useMemo(() => {
    const cell = (text: string) => `"${(/^[=+\-@]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`
    const rows = [[t('column.teachers.name'), t('column.teachers.login'), t('password')], ...accounts.map((a) => [a.name, a.login, a.password])]
    return `data:text/csv;charset=utf-8,${encodeURIComponent(`\ufeff${rows.map((r) => r.map(cell).join(',')).join('\r\n')}\r\n`)}`
  }, [accounts, t])
  return (
    <section className="tt-card import-step">
      <h2>{t('accounts.title', { count: accounts.length })}</h2>
      <p className="tt-note" data-tone="warn">{t('accounts.text')}</p>
      <table className="import-accounts">
        <thead><tr><th>{t('column.teachers.name')}</th><th>{t('column.teachers.login')}</th><th>{t('password')}</th></tr></thead>
        <tbody>{accounts.map((a) => <tr key={a.login}><td>{a.name}</td><td>{a.login}</td><td><code>{a.password}</code></td></tr>)}</tbody>
      </table>
      <footer className="import-foot">
        <a className="tt-button" data-look="primary" href={file} download={t('accounts.file')}><Download size={18} aria-hidden />{t('accounts.save')}</a>
        <Link className="tt-button" to={urls.school(school)}>{t('accounts.done')}</Link>
      </footer>
    </section>
  )
}
