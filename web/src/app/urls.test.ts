import { expect, it } from 'vitest'
import { safeReturn, urls } from './urls'

it('returns to a path of ours and nowhere else', () => {
  expect(safeReturn('/lesson/abc?as=room')).toBe('/lesson/abc?as=room')
  for (const bad of [null, '', 'https://evil.example', '//evil.example', '/\\evil.example', '/sign-in?from=/x', 'lesson']) expect(safeReturn(bad), String(bad)).toBe('/')
})

it('keeps ids from writing the address', () => {
  expect(urls.lesson('a/b?c')).toBe('/lesson/a%2Fb%3Fc')
  expect(urls.signInFrom('/')).toBe('/sign-in')
  expect(urls.signInFrom('/lesson/a?as=room')).toBe('/sign-in?from=%2Flesson%2Fa%3Fas%3Droom')
})
