// npm run scan -- --minutes 30 --only wapiti --as ann,dana: sqlmap and wapiti (Debian has both) against a portal started for
// them, as a stranger and as people who are logged in, for so long altogether. Prints what they asked and found; exit 1
// where that is anything.
import { parseArgs } from 'node:util'
import { Browser } from '../../kit/browser.ts'
import { password, people } from '../../kit/cast.ts'
import { Wire } from '../../kit/http.ts'
import { keep } from '../../promises/kept.ts'
import { clock } from './clock.ts'
import { type Gate, openGate } from './gate.ts'
import { openPortal, type Portal } from './portal.ts'
import { sqlmap, sqlmapIsBlind } from './sqlmap.ts'
import { Tally } from './tally.ts'
import { pagesOf, targetsOf, type Who } from './targets.ts'
import { wapiti } from './wapiti.ts'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    only: { type: 'string', default: 'clock,sqlmap,wapiti' },
    rounds: { type: 'string', default: '200' },
    as: { type: 'string', default: 'stranger,ann,dana,ada' },
  },
})
const [tools, everybody] = [values.only.split(','), values.as.split(',') as Who[]]
const scanners = tools.filter(tool => tool !== 'clock')
const seconds = (Number(values.minutes) * 60) / (scanners.length * everybody.length)
const found: string[] = []
{
  await using stack = new AsyncDisposableStack()
  const portal = await openPortal(stack)
  const wire = new Wire()
  stack.defer(() => wire.close())
  if (tools.includes('clock')) found.push(...(await clock(portal, wire, Number(values.rounds))))
  if (tools.includes('sqlmap')) found.push(...(await sqlmapIsBlind(await openGate(portal, '', stack), portal.folder)))
  for (const who of everybody) {
    const browser = new Browser(wire, portal.url)
    if (who === 'stranger') await browser.visit('/login')
    else await browser.logIn(people[who].email, password)
    await browser.visit('/account')
    const gate = await openGate(portal, browser.jar.header(new URL(portal.url)), stack)
    if (tools.includes('sqlmap')) await tryStatements(who, portal, gate, browser)
    if (tools.includes('wapiti')) await tryAll(who, portal, gate, browser)
  }
  // Whatever a scanner thinks of it: an answer of 500 is a fault.
  found.push(
    ...portal
      .log()
      .split('\n')
      .filter(line => line.includes('"msg":"request failed"')),
  )
}
for (const line of found) console.log(line)
keep('scan', 'what sqlmap and wapiti found', [{ where: '', value: found.length }])
console.log(found.length === 0 ? 'Nothing was found.' : `${found.length} findings`)
process.exitCode = found.length === 0 ? 0 : 1

async function tryStatements(who: Who, { folder }: Portal, gate: Gate, browser: Browser): Promise<void> {
  const targets = await targetsOf(who, browser)
  const { findings, parameters, unfinished } = await sqlmap(who, gate, folder, targets, seconds)
  found.push(...findings)
  const many = `${parameters} parameters of ${targets.length} targets${unfinished > 0 ? `, ${unfinished} not to their end` : ''}`
  tell(`sqlmap as ${who}: ${many}`, gate, parameters >= targets.length)
}

async function tryAll(who: Who, { folder }: Portal, gate: Gate, browser: Browser): Promise<void> {
  found.push(...(await wapiti(who, gate, folder, await pagesOf(who, browser), seconds)))
  tell(`wapiti as ${who}`, gate, gate.tally.of('GET') >= 10 && gate.tally.of('POST') >= 3)
}

/** A scanner that came nowhere has not looked, whatever it says. */
function tell(what: string, gate: Gate, isEnough: boolean): void {
  console.log(`${what}: ${gate.tally}`)
  if (!isEnough) found.push(`${what} came nowhere: ${gate.tally}`)
  gate.tally = new Tally()
}
