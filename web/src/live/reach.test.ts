import { expect, test } from 'vitest'
import { iceServersOf } from './icelinks'
import { routeOf } from './stats'

test('ICE servers out of Link headers', () => {
  expect(iceServersOf(null)).toEqual([])
  expect(
    iceServersOf(
      '<stun:a.example:3478>; rel="ice-server", <https://a.example/>; rel=help, ' +
        '<turn:b.example:3478?transport=udp>; rel="ice-server"; username="17:x, y"; credential="p\\"w\\\\="; credential-type="password", <turns:b.example>;rel=ice-server',
    ),
  ).toEqual([
    { urls: 'stun:a.example:3478' },
    { urls: 'turn:b.example:3478?transport=udp', username: '17:x, y', credential: 'p"w\\=' },
    { urls: 'turns:b.example' },
  ])
  expect(iceServersOf('<javascript:x>; rel="ice-server"')).toEqual([])
})

test('the way that the media take', () => {
  const pair = { type: 'candidate-pair', id: 'p', nominated: true, state: 'succeeded', localCandidateId: 'l' }
  const via = (candidate: object) => routeOf([{ type: 'local-candidate', id: 'other', candidateType: 'relay' }, pair, { type: 'local-candidate', id: 'l', ...candidate }])
  expect(via({ candidateType: 'host', protocol: 'udp' })).toBe('direct')
  expect(via({ candidateType: 'prflx', protocol: 'tcp' })).toBe('tcp')
  expect(via({ candidateType: 'relay', protocol: 'udp' })).toBe('relay')
  expect(routeOf([])).toBe('direct')
})

test('of several pairs that worked, the one in use', () => {
  const report = [
    { type: 'candidate-pair', id: 'old', nominated: true, state: 'succeeded', localCandidateId: 'tcp' },
    { type: 'candidate-pair', id: 'now', nominated: true, state: 'succeeded', localCandidateId: 'udp' },
    { type: 'local-candidate', id: 'tcp', candidateType: 'host', protocol: 'tcp' },
    { type: 'local-candidate', id: 'udp', candidateType: 'host', protocol: 'udp' },
    { type: 'transport', id: 't', selectedCandidatePairId: 'now' },
  ]
  expect(routeOf(report)).toBe('direct')
})
