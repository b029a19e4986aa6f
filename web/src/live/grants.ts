// Holds the grant of this visit and renews it by joining again: before it expires, or when a server has refused it.

import type { Join } from './lesson-api'
import { serverNow } from './http'

// A grant with less left than this is renewed before it is used.
const MARGIN_MS = 30_000

export class Grants {
  private join: Join
  private readonly renew: () => Promise<Join>
  private running: Promise<Join> | null = null

  constructor(join: Join, renew: () => Promise<Join>) {
    this.join = join
    this.renew = renew
  }

  /** The grant to use now. `refused` is one that a server did not take: another is fetched, once for all who ask. */
  async current(refused?: string): Promise<string> {
    const left = Date.parse(this.join.expires) - serverNow()
    if (this.join.grant !== refused && !(left < MARGIN_MS)) return this.join.grant
    this.running ??= this.renew().finally(() => (this.running = null))
    this.join = await this.running
    return this.join.grant
  }
}

/** Who the bearer is in the lesson: the subject of the token (RFC 7519 §4.1.2). The signature is the server's business. */
export function subjectOf(grant: string): string {
  const payload = grant.split('.')[1] ?? ''
  const bytes = Uint8Array.from(atob(payload.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0))
  return (JSON.parse(new TextDecoder().decode(bytes)) as { sub?: string }).sub ?? ''
}
