/** The new value, with every part that has not changed taken from the old one: so only what changed is drawn again, 5 times a second. */
export function share<T>(before: unknown, now: T): T {
  if (Object.is(before, now)) return now
  if (typeof before !== 'object' || typeof now !== 'object' || before === null || now === null) return now
  if (Array.isArray(before) !== Array.isArray(now)) return now
  const old = before as Record<string, unknown>
  const fresh = now as Record<string, unknown>
  const keys = Object.keys(fresh)
  const mixed: Record<string, unknown> = {}
  let same = keys.length === Object.keys(old).length
  for (const key of keys) {
    mixed[key] = share(old[key], fresh[key])
    same &&= key in old && Object.is(mixed[key], old[key])
  }
  if (same) return before as T
  return (Array.isArray(now) ? keys.map((key) => mixed[key]) : mixed) as T
}
