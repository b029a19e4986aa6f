import type { TFunction } from 'i18next'
import { problemWords } from '../app/problems'
import type { ProblemWords } from '../app/problems'
import type { Problem } from '../live/wire'

/** A refusal in the words of the lesson page; codes without such words have those of all pages. */
export function lessonWords(t: TFunction, problem: Problem): ProblemWords {
  const say = (part: string) => t(`lesson:problem.${problem.code}.${part}`, { defaultValue: '', ...problem.params })
  const title = say('title')
  return title === '' ? problemWords(t, problem) : { title, advice: say('advice') }
}

/** "数学 · 三年级 · 陈老师" */
export function subjectLine(t: TFunction, of: { subject: string; grade?: number }, ...more: string[]): string {
  const grade = of.grade ? t(`common:grade.${of.grade}`, { defaultValue: '' }) : ''
  return [of.subject, grade, ...more].filter(Boolean).join(' · ')
}
