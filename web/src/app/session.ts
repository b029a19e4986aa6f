import { create } from 'zustand'
import type { Me, Role } from '../api/model'
import { signIn, signOut, whoAmI } from '../api/session'
import { Refusal } from '../live/http'
import type { Problem } from './problems'

interface Session {
  /** undefined: not asked yet; null: nobody is signed in. */
  me: Me | null | undefined
  problem: Problem | null
  load: () => Promise<void>
  signIn: (login: string, password: string) => Promise<void>
  signOut: () => Promise<void>
  /** The server said signed-out in the middle of something. */
  lost: () => void
}

export const useSession = create<Session>((set) => ({
  me: undefined,
  problem: null,
  load: async () => {
    try {
      set({ me: await whoAmI(), problem: null })
    } catch (e) {
      if (!(e instanceof Refusal)) throw e
      if (e.problem.status === 401) set({ me: null, problem: null })
      else set({ problem: e.problem })
    }
  },
  signIn: async (login, password) => set({ me: await signIn(login, password), problem: null }),
  signOut: async () => {
    try {
      await signOut()
      set({ me: null })
    } catch (e) {
      if (!(e instanceof Refusal)) throw e
      set(e.problem.status === 401 ? { me: null } : { problem: e.problem }) // still signed in: said, with a retry
    }
  },
  lost: () => set({ me: null }),
}))

/** Does the person hold one of the roles, wherever? The server decides; this only chooses what to show. */
export const holds = (me: Me, ...roles: Role[]) => me.roles.some((r) => roles.includes(r.role))
