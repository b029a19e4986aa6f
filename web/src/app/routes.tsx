import { createBrowserRouter, type RouteObject } from 'react-router'
import { Shell } from './Shell'
import { Broken, Missing, Waiting } from './Fallbacks'

/** Every page, once. Each is its own chunk: the lesson page must not wait for the timetable's code, nor carry antd. */
export const routes: RouteObject[] = [
  {
    errorElement: <Broken />,
    HydrateFallback: Waiting,
    children: [
      { path: '/sign-in', lazy: async () => ({ Component: (await import('../desk/sign-in/SignInPage')).SignInPage }) },
      { path: '/lesson/:id', lazy: async () => ({ Component: (await import('../lesson/LessonPage')).LessonPage }) },
      {
        element: <Shell />,
        children: [
          { path: '/', lazy: async () => ({ Component: (await import('../desk/today/TodayPage')).TodayPage }) },
          { path: '*', element: <Missing /> },
        ],
      },
    ],
  },
]

export const makeRouter = () => createBrowserRouter(routes)
