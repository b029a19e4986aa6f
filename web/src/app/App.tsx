import { Component, type ReactNode, Suspense } from 'react'
import { BrowserRouter, useLocation, useRoutes } from 'react-router'
import { Broken, Waiting } from './Fallbacks'
import { routes } from './routes'

/** The declarative router: the data router would cost the lesson page another 15 KB over a thin line. */
export function App() {
  return (
    <Suspense fallback={<Waiting />}>
      <BrowserRouter><Pages /></BrowserRouter>
    </Suspense>
  )
}

function Pages() {
  const { pathname } = useLocation()
  const shown = useRoutes(routes)
  return <Boundary path={pathname}><Suspense fallback={<Waiting />}>{shown}</Suspense></Boundary>
}

/** A page that could not be loaded or drawn says so, and another page can still be opened. */
class Boundary extends Component<{ path: string; children: ReactNode }, { error: unknown }> {
  override state = { error: null as unknown }

  static getDerivedStateFromError(error: unknown) {
    return { error }
  }

  override componentDidUpdate(before: { path: string }) {
    if (before.path !== this.props.path && this.state.error !== null) this.setState({ error: null })
  }

  override render() {
    return this.state.error === null ? this.props.children : <Broken error={this.state.error} />
  }
}
