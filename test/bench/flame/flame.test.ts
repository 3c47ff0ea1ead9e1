// A flame graph out of a recording of this process: how it is asked for by a signal is tried by `npm run bench -- --flame`.
import { Session } from 'node:inspector/promises'
import { expect, test } from 'vitest'
import { callTree, hotFunctions } from './call-tree.ts'
import { flamePage } from './flame-page.ts'

test('issue 6 Speed: a recording becomes a flame graph in one file that loads nothing, and a table of where the time went', async () => {
  const profile = await recorded(burn)
  const [hottest] = hotFunctions([profile, profile]).filter(({ name }) => !name.startsWith('('))
  expect(hottest?.name).toMatch(/^burn .*flame\.test\.ts$/)

  const tree = callTree('list </script>', [profile, profile])
  const shares = tree.children.map(({ value }) => value)
  expect(shares.every(value => value <= tree.value)).toBe(true)
  expect(JSON.stringify(tree)).toContain(hottest?.name)

  const page = await flamePage(tree, '12 ms burn')
  expect(page).toContain(JSON.stringify(hottest?.name))
  expect(page).not.toMatch(/(?:src|href)="|@import|url\(/)
  expect(page.match(/<\/script/g)).toHaveLength(2)
})

async function recorded(work: () => number) {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.setSamplingInterval', { interval: 500 })
  await session.post('Profiler.start')
  work()
  const { profile } = await session.post('Profiler.stop')
  session.disconnect()
  return profile
}

function burn(): number {
  let sum = 0
  for (let at = 0; at < 50_000_000; at += 1) sum += Math.sqrt(at)
  return sum
}
