/** Which rows of a long list are near the window that shows it. Heights are px; `spare` rows on either side are drawn too. */
export function shown(count: number, rowHeight: number, scrollTop: number, height: number, spare = 4): { from: number; to: number } {
  const from = Math.max(0, Math.floor(scrollTop / rowHeight) - spare)
  return { from, to: Math.min(count, Math.ceil((scrollTop + height) / rowHeight) + spare) }
}
