// Days on which the demo's schools teach, whatever day it is today: the county's holidays are those of scheduler/demo/needs.go.
import { day, plusDays, weekday } from '../src/ui/time.ts'

const holidays = ['01-01', '05-01', '10-01', '10-02', '10-03']
const taught = (d: string) => weekday(d) <= 5 && !holidays.includes(d.slice(5))

// schoolDay is the first day taught that is at least so many days after today, and of that weekday if one is named.
export function schoolDay(after: number, on?: number): string {
  let d = plusDays(day(Date.now()), after)
  while (!taught(d) || (on && weekday(d) !== on)) d = plusDays(d, 1)
  return d
}
