import { basedOn, client, take } from './client'
import type { NewNeed, NewOffer, NewProposal, ProposalSide } from './model'

const at = (id: string) => ({ params: { path: { id } } })

export const needs = (signal?: AbortSignal) => take(client.GET('/api/needs', { signal })).then((d) => d.needs)
export const addNeed = (body: NewNeed) => take(client.POST('/api/needs', { body }))
export const setNeed = (id: string, version: number, body: NewNeed) => take(client.PUT('/api/needs/{id}', { ...basedOn(id, version), body }))
export const withdrawNeed = (id: string, version: number) => take(client.DELETE('/api/needs/{id}', basedOn(id, version)))
/** With `anyEdition` the coordinator overrides the textbook editions. */
export const candidates = (need: string, anyEdition: boolean, signal?: AbortSignal) =>
  take(client.GET('/api/needs/{id}/candidates', { params: { path: { id: need }, query: anyEdition ? { anyEdition } : {} }, signal }))

export const offers = (signal?: AbortSignal) => take(client.GET('/api/offers', { signal })).then((d) => d.offers)
export const addOffer = (body: NewOffer) => take(client.POST('/api/offers', { body }))
export const setOffer = (id: string, version: number, body: NewOffer) => take(client.PUT('/api/offers/{id}', { ...basedOn(id, version), body }))
export const withdrawOffer = (id: string, version: number) => take(client.DELETE('/api/offers/{id}', basedOn(id, version)))

export const proposals = (signal?: AbortSignal) => take(client.GET('/api/proposals', { signal })).then((d) => d.proposals)
export const propose = (body: NewProposal) => take(client.POST('/api/proposals', { body }))
export const acceptProposal = (id: string, version: number, side: ProposalSide) => take(client.POST('/api/proposals/{id}/accept', { ...basedOn(id, version), body: { side } }))
export const refuseProposal = (id: string, version: number, side: ProposalSide, reason: string) =>
  take(client.POST('/api/proposals/{id}/refuse', { ...basedOn(id, version), body: { side, reason } }))
export const withdrawProposal = (id: string, version: number, reason: string) => take(client.POST('/api/proposals/{id}/withdraw', { ...basedOn(id, version), body: { reason } }))

export const coverage = (signal?: AbortSignal) => take(client.GET('/api/coverage', { signal }))
export const renewPairing = (id: string) => take(client.POST('/api/pairings/{id}/renew', { ...at(id), body: {} }))
