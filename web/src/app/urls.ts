/** Every address of the pages, once. (The server's routes are typed by its OpenAPI document: src/api.) */
export const urls = {
  today: '/',
  signIn: '/sign-in',
  schedule: '/schedule',
  newCourse: '/schedule/new-course',
  county: '/schedule/county',
  ledger: '/schedule/ledger',
  matching: '/schedule/matching',
  term: '/schedule/term',
  resources: '/resources',
  schools: '/schools',
  people: '/people',
  devices: '/devices',
  /** The live lesson: student, classroom's big screen, or lecturer's console, as the role says. */
  lesson: (id: string) => `/lesson/${encodeURIComponent(id)}`,
  /** The same as the big screen of a classroom. */
  lessonAsRoom: (id: string) => `/lesson/${encodeURIComponent(id)}?as=room`,
  resource: (id: string) => `/resources/${encodeURIComponent(id)}`,
  area: (id: string) => `/areas/${encodeURIComponent(id)}`,
  /** Import of a national holiday file as an area's defaults. */
  holidays: (area: string) => `/areas/${encodeURIComponent(area)}/holidays`,
  school: (id: string) => `/schools/${encodeURIComponent(id)}`,
  /** Import of a school's own timetable, or of its list of teachers, classes or rooms. */
  importTo: (school: string, kind: 'timetable' | 'teachers' | 'classes' | 'rooms') => `/schools/${encodeURIComponent(school)}/import/${kind}`,
  /** Sign-in that returns to where one came from: `from` is a path of ours. */
  signInFrom: (from: string) => (from === '/' ? '/sign-in' : `/sign-in?from=${encodeURIComponent(from)}`),
}

/** What ?from= may lead to: a path on this server, nothing else. */
export function safeReturn(from: string | null): string {
  return from !== null && /^\/(?![/\\])/.test(from) && !from.startsWith(urls.signIn) ? from : urls.today
}
