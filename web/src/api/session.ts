import { client, take } from './client'

export const whoAmI = () => take(client.GET('/api/session'))
export const signIn = (login: string, password: string) => take(client.POST('/api/session', { body: { login, password } }))
export const signOut = () => take(client.DELETE('/api/session'))
