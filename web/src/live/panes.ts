// The panes of a viewer: a fixed set of m-lines, named by their order in the offer. The server decides what each shows.

import type { PaneReason, Panes } from './wire'

export const GUESTS = 4

export type VideoPaneName = 'lecturer' | 'courseware' | `guest-${number}`
export type AudioPaneName = 'voice' | 'floor'

export function videoPaneNames(guests: number): VideoPaneName[] {
  return ['lecturer', 'courseware', ...Array.from({ length: guests }, (_, i) => `guest-${i}` as const)]
}

export const AUDIO_PANES: readonly AudioPaneName[] = ['voice', 'floor']

export interface PaneState<Name extends string> {
  name: Name
  /** Of the m-line, null before the first offer. */
  mid: string | null
  /** Source id, '' shows nothing. */
  source: string
  layer: string
  /** Why nothing is sent of the source, '' it is. */
  reason: PaneReason | ''
}

export function emptyPanes<Name extends string>(names: readonly Name[]): PaneState<Name>[] {
  return names.map((name): PaneState<Name> => ({ name, mid: null, source: '', layer: '', reason: '' }))
}

/** What the server said about one kind of m-line, by mid; a pane that has not changed stays the same object. */
export function withSources<Name extends string>(panes: PaneState<Name>[], said: Panes['video']): PaneState<Name>[] {
  const byMid = new Map(said.map((pane) => [pane.mid, pane]))
  const next = panes.map((pane): PaneState<Name> => {
    const now = pane.mid === null ? undefined : byMid.get(pane.mid)
    const source = now?.source ?? ''
    const layer = now?.layer ?? ''
    const reason: PaneReason | '' = now?.reason ?? ''
    return source === pane.source && layer === pane.layer && reason === pane.reason ? pane : { ...pane, source, layer, reason }
  })
  return next.every((pane, i) => pane === panes[i]) ? panes : next
}
