import { basedOn, client, take } from './client'
import type { Required } from './model'

export interface LedgerSpan {
  from?: string
  to?: string
  school?: string
}

export const ledger = (query: LedgerSpan, signal?: AbortSignal) => take(client.GET('/api/ledger', { params: { query }, signal }))
/** Where the ledger is to be had as a file under the server's seal. */
export const ledgerFile = (span: LedgerSpan, format: 'xlsx' | 'csv') => `/api/ledger/file?${new URLSearchParams({ ...span, format }).toString()}`

const at = (id: string) => ({ params: { path: { id } } })
export const required = (school: string, signal?: AbortSignal) => take(client.GET('/api/schools/{id}/required', { ...at(school), signal }))
export const setRequired = (school: string, version: number, body: Required) => take(client.PUT('/api/schools/{id}/required', { ...basedOn(school, version), body }))
