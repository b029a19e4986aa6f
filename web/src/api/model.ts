import type { components } from './schema'

// The nouns of the scheduler's API, generated from its OpenAPI document (`npm run api`). Times are RFC 3339 UTC, "HH:MM" and dates are
// local to the school.

type Schemas = components['schemas']

export type Me = Schemas['Me']
export type Role = Schemas['HeldRole']['role']
export type HeldRole = Schemas['HeldRole']
export type Named = Schemas['Named']
export type Lesson = Schemas['Lesson']
export type LessonRoom = Schemas['LessonRoom']
export type School = Schemas['School']
export type SchoolDetail = Schemas['SchoolDetail']
export type Period = Schemas['Period']
export type Room = Schemas['Room']
export type Person = Schemas['Person']
export type NewPerson = Schemas['NewPerson']
export type Pairing = Schemas['Pairing']
export type NewPairing = Schemas['NewPairing']
export type Course = Schemas['Course']
export type NewCourse = Schemas['NewCourse']
export type Slot = Schemas['Slot']
export type Clash = Schemas['Clash']
export type Misfit = Schemas['Misfit']
export type Device = Schemas['Device']
export type EnrolmentCode = Schemas['EnrolmentCode']
export type Resource = Schemas['Resource']
export type ResourceDetail = Schemas['ResourceDetail']
export type RecordingState = Schemas['RecordingSummary']['state']
export type Chapter = Schemas['Chapter']
