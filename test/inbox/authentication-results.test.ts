import { expect, test } from 'vitest'
import { resultsOf } from '../../src/inbox/weighing/authentication-results.ts'

const lines = (...values: string[]) => values.map(value => ({ key: 'authentication-results', value }))
const proven = (...values: string[]) =>
  resultsOf(lines(...values), 'mx.desk.example').flatMap(({ method, result, domains }) =>
    result === 'pass' ? domains.map(domain => `${method} ${domain}`) : [],
  )

test.each<[string, string, string[]]>([
  [
    'Google',
    'spf=pass (google.com: domain of a@acme.example designates 1.2.3.4 as permitted sender) smtp.mailfrom=a@acme.example; dkim=pass header.i=@acme.example header.s=s header.b="Xy/=;z"; dmarc=pass (p=NONE sp=NONE dis=NONE) header.from=acme.example',
    ['spf acme.example', 'dkim acme.example', 'dmarc acme.example'],
  ],
  [
    'Microsoft',
    'spf=pass (sender IP is 1.2.3.4) smtp.mailfrom=acme.example; dkim=pass (signature was verified) header.d=acme.example;dmarc=pass action=none header.from=acme.example;compauth=pass reason=100',
    ['spf acme.example', 'dkim acme.example', 'dmarc acme.example'],
  ],
  [
    'OpenDKIM',
    'dkim=pass (2048-bit key; unprotected) header.d=acme.example header.i=@mail.acme.example header.b="abc"; dkim-atps=neutral',
    ['dkim acme.example'],
  ],
  ['a version', 'dkim/1=pass reason="good (fast)" header.d=acme.example', ['dkim acme.example']],
  ['no sender', 'spf=pass smtp.helo=mx.acme.example', ['spf mx.acme.example']],
])('what %s writes', (_server, value, expected) => {
  expect(proven(`mx.desk.example; ${value}`)).toEqual(expected)
})

test.each<[string, string]>([
  ['the name that a client gave itself', 'spf=pass smtp.mailfrom=x@evil.example smtp.helo=acme.example'],
  ['the author in a result that is not about them', 'dkim=pass header.d=evil.example header.from=acme.example'],
  ['a property inside a quoted sender', 'spf=pass smtp.mailfrom="a smtp.mailfrom=b@acme.example"@evil.example'],
  ['a method inside a quoted sender', 'spf=fail smtp.mailfrom="a; dkim=pass header.d=acme.example"@evil.example'],
  [
    'a quotation that ends at an escaped mark',
    'spf=fail smtp.mailfrom="\\"; dkim=pass header.d=acme.example"@evil.example',
  ],
  [
    'a comment that ends at an escaped mark',
    'spf=fail (of \\); dkim=pass header.d=acme.example) smtp.mailfrom=x@evil.example',
  ],
  ['a comment that begins in a quotation', 'spf=fail smtp.mailfrom="("@evil.example; dkim=fail header.d=acme.example'],
])('%s proves nothing', (_what, value) => {
  expect(proven(`mx.desk.example; ${value}`).filter(each => each.includes('acme'))).toEqual([])
})

test('what the server did not write', () => {
  const own = 'mx.desk.example; spf=fail smtp.mailfrom=x@evil.example'
  const forged = 'mx.desk.example; dkim=pass header.d=acme.example'
  const received = { key: 'received', value: 'from evil.example by mx.desk.example' }
  expect(resultsOf([...lines(own), received, ...lines(forged)], 'mx.desk.example').map(each => each.method)).toEqual([
    'spf',
  ])
  for (const id of ['mx.desk.example.evil.example', '"mx.desk.example" x', 'x mx.desk.example', '(mx.desk.example) x'])
    expect(proven(`${id}; dkim=pass header.d=acme.example`)).toEqual([])
})

test('a long one takes no long time', () => {
  for (const part of ['"', '(', 'a=', 'a.b=', '\\"', ' ; ', 'header.d = "'])
    proven(`mx.desk.example; ${part.repeat(20_000)}`)
}, 2_000)
