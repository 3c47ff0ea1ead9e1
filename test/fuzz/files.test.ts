// What programs upload, under whatever name and as whatever type, and its way back.
import fc from 'fast-check'
import { test } from 'vitest'
import { multipart } from '../kit/body.ts'
import { headerOf } from '../kit/http.ts'
import { world } from '../world.ts'
import { faultsOf } from './judge.ts'
import { holds } from './runs.ts'
import { headerText, hostileText } from './values.ts'

const { as, sql } = await world()
const ann = as('ann')
await ann.ready()

const file = fc.record({
  filename: hostileText.map(text => text.toWellFormed()),
  content: fc.oneof(
    fc.uint8Array({ maxLength: 300 }).map(bytes => Buffer.from(bytes)),
    hostileText.map(text => Buffer.from(text)),
  ),
  contentType: headerText.map(text => text.replace(/[^\x20-\x7e]/g, '').slice(0, 300)),
})

test('issue 6 Safety, §9: ASVS 5.3.2 5.4.1 5.4.2 16.5.1: whatever is uploaded is refused, or comes back as a harmless file', async () => {
  await holds(
    fc.tuple(file, fc.constantFrom('file', 'files', 'x', '__proto__')),
    async ([each, name]) => {
      await sql('delete from rate_limit')
      const body = multipart([[name, each]])
      const headers = { 'content-type': body.contentType, 'apollo-require-preflight': 'true' }
      const kept = await ann.raw('POST', '/uploads', headers, body.content)
      const faults = faultsOf(kept, body.content.length)
      if (kept.status !== 201 && kept.status !== 200) return faults
      const { id, filename } = JSON.parse(kept.body.toString())
      const back = await ann.raw('GET', `/attachments/${id}/${encodeURIComponent(filename)}`)
      const disposition = headerOf(back, 'content-disposition')
      return [
        ...faults,
        ...(back.status === 200 && back.body.equals(Buffer.from(each.content)) ? [] : [`came back as ${back.status}`]),
        ...(headerOf(back, 'content-security-policy').includes('sandbox') ? [] : ['no sandbox']),
        ...(headerOf(back, 'x-content-type-options') === 'nosniff' ? [] : ['no nosniff']),
        ...(/html|svg|xml|script/.test(headerOf(back, 'content-type')) && !disposition.startsWith('attachment')
          ? ['shown']
          : []),
        ...(/[/\\\0]|\.\./.test(filename) ? [`a path for a name: ${filename}`] : []),
      ]
    },
    40,
  )
})
