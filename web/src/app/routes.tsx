import { type ComponentType, lazy } from 'react'
import type { RouteObject } from 'react-router'
import { Missing } from './Fallbacks'

/** One page in its own chunk: the lesson page must not wait for the timetable's code, nor carry antd. */
function page<N extends string>(load: () => Promise<Record<N, ComponentType>>, name: N) {
  const Page = lazy(async () => ({ default: (await load())[name] as ComponentType }))
  return <Page />
}

/** Every page, once. */
export const routes: RouteObject[] = [
  { path: '/sign-in', element: page(() => import('../desk/sign-in/SignInPage'), 'SignInPage') },
  { path: '/lesson/:id', element: page(() => import('../lesson/LessonPage'), 'LessonPage') },
  {
    element: page(() => import('./Shell'), 'Shell'),
    children: [
      { path: '/', element: page(() => import('../desk/today/TodayPage'), 'TodayPage') },
      { path: '/resources', element: page(() => import('../desk/resources/ResourcesPage'), 'ResourcesPage') },
      { path: '/resources/:id', element: page(() => import('../desk/resources/ResourcePage'), 'ResourcePage') },
      {
        element: page(() => import('../ui/antd'), 'AntdLayout'),
        children: [
          { path: '/schedule', element: page(() => import('../desk/schedule/SchedulePage'), 'SchedulePage') },
          { path: '/schedule/new-course', element: page(() => import('../desk/schedule/NewCoursePage'), 'NewCoursePage') },
          { path: '/schedule/matching', element: page(() => import('../desk/matching/MatchingPage'), 'MatchingPage') },
          { path: '/schedule/county', element: page(() => import('../desk/county/CountyPage'), 'CountyPage') },
          { path: '/schedule/ledger', element: page(() => import('../desk/ledger/LedgerPage'), 'LedgerPage') },
          { path: '/schedule/term', element: page(() => import('../desk/term/TermPage'), 'TermPage') },
          { path: '/schools', element: page(() => import('../desk/schools/SchoolsPage'), 'SchoolsPage') },
          { path: '/schools/:id', element: page(() => import('../desk/schools/SchoolPage'), 'SchoolPage') },
          { path: '/schools/:id/import/:kind', element: page(() => import('../desk/exchange/ImportPage'), 'ImportPage') },
          { path: '/areas/:id', element: page(() => import('../desk/calendar/AreaPage'), 'AreaPage') },
          { path: '/areas/:id/holidays', element: page(() => import('../desk/area/HolidaysPage'), 'HolidaysPage') },
          { path: '/people', element: page(() => import('../desk/people/PeoplePage'), 'PeoplePage') },
          { path: '/devices', element: page(() => import('../desk/devices/DevicesPage'), 'DevicesPage') },
        ],
      },
      { path: '*', element: <Missing /> },
    ],
  },
]
