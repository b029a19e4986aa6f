// The nouns of the scheduler's API as the pages use them (JSON, times RFC 3339 UTC, "HH:MM" local to the school).

export type Role = 'lecturer' | 'assistant' | 'student' | 'coordinator' | 'observer' | 'school-admin' | 'operator'

export interface RoleAt {
  role: Role
  area: string
  areaName: string
}

export interface Me {
  id: string
  name: string
  login: string
  roles: RoleAt[]
  school?: { id: string; name: string }
  locale?: string
}
