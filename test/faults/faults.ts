// Issue 6, "Faults": whatever breaks while people post, nothing that was acknowledged is lost or doubled, and all goes on
// by itself when what broke is mended.
import { setTimeout as sleep } from 'node:timers/promises'
import { crash } from '../crash/crash.ts'
import { command } from '../kit/database.ts'
import { Wire } from '../kit/http.ts'
import { Crowd } from './crowd.ts'
import { judge } from './judge.ts'
import { type Fault, faults, type Tally } from './list.ts'
import { type Probe, probe } from './probe.ts'
import { randomNumbers } from './random.ts'
import { type Needs, Stage } from './stage.ts'

/** Between the first post of a round and its fault, at most; the same between its end and the last post. In milliseconds. */
const CALM_MS = 500
/** A few people post what a company does: limits by the hour are not what is tried here. */
const ANOTHER_HOUR = `delete from rate_limit;
  update incoming_mail set received_at = received_at - interval '1 hour' where outcome is not null and received_at > now() - interval '1 hour'`
/** The portal that `npm start` runs, with its embedded PostgreSQL, is another one than the stage's. */
const START = { name: 'start', what: 'kill -9 of "plaindesk start", with or without its PostgreSQL' }

export const names = [...faults, START].map(({ name }) => name)

export interface Result extends Tally {
  fault: string
  what: string
  rounds: number
  /** Posts that had to be sent more than once. */
  repeated: number
  wrong: string[]
  mails: number
  mailsTwice: number
  /** From the last round until every mail was sent. */
  caughtUp: number
  /** The longest time without a page, in milliseconds; null = not measured. */
  outage: number | null
  /** The longest time from the end of a fault until everything answered again and every post was acknowledged. */
  recovery: number | null
}

export interface FaultOptions {
  rounds: number
  /** The same seed breaks the same things after the same times. */
  seed: number
  only: readonly string[]
  /** For all of them together: a fault that has had its share begins no further round. */
  minutes?: number
  say?: (line: string) => void
}

/** How long, and how often, each fault is struck. */
interface Turn {
  rounds: number
  seed: number
  /** When the next fault has to be gone over to, told when it begins. */
  until: () => number
  say: (line: string) => void
}

export async function breakThings({ only, say = () => {}, ...options }: FaultOptions): Promise<Result[]> {
  const results: Result[] = []
  const chosen = faults.filter(({ name }) => only.includes(name))
  for (const { name, impossible } of chosen) {
    const why = impossible?.()
    if (why) say(`${name}: not tried, ${why}`)
  }
  const possible = chosen.filter(({ impossible }) => !impossible?.())
  const turn = {
    ...options,
    say,
    until: shares(possible.length + (only.includes(START.name) ? 1 : 0), options.minutes),
  }
  for (const [, group] of Map.groupBy(possible, ({ needs }) => JSON.stringify(needs ?? {}))) {
    const needs = { store: 'disk', hasImap: false, ...group[0]?.needs } satisfies Needs
    results.push(...(await onOneStage(group, needs, turn)))
  }
  if (only.includes(START.name)) results.push(await start(turn))
  return results
}

/** What is left of the time is shared by the faults that are left. */
function shares(count: number, minutes = Infinity): () => number {
  const end = Date.now() + minutes * 60_000
  let left = count
  return () => Date.now() + (end - Date.now()) / left--
}

async function onOneStage(group: readonly Fault[], needs: Needs, turn: Turn): Promise<Result[]> {
  const results: Result[] = []
  const stage = await Stage.open(needs)
  const wire = new Wire()
  const watching = probe(stage.url, '/tickets/new')
  try {
    const { url, mailPort, deliver } = stage
    for (const fault of group) {
      const { seed } = turn
      const random = randomNumbers(seed)
      const crowd = new Crowd(wire, { url, mailPort, deliver }, `${fault.name}-${seed}`, randomNumbers(seed + 1))
      await crowd.logIn()
      const result = await suffer(fault, { stage, crowd, watching, random, wire, ...turn })
      turn.say(inOneLine(result))
      results.push(result)
      stage.mailbox.forget()
    }
    return results
  } finally {
    await watching.end()
    await wire.close()
    await stage.close()
  }
}

const inOneLine = ({ fault, rounds, acknowledged, lost, doubled, wrong }: Result): string =>
  `${fault}: ${rounds} rounds, ${acknowledged} acknowledged, ${lost.length} lost, ${doubled.length} doubled, ${wrong.length} wrong answers`

interface Round extends Turn {
  stage: Stage
  crowd: Crowd
  watching: Probe
  random: () => number
  wire: Wire
}

async function suffer(
  fault: Fault,
  { stage, crowd, watching, rounds, until, random, wire, say }: Round,
): Promise<Result> {
  const tally: Tally = { acknowledged: 0, lost: [], doubled: [] }
  let [outage, recovery] = [0, 0]
  await fault.prepare?.(stage)
  const end = until()
  let round = 0
  while (round < rounds && (round === 0 || Date.now() < end)) {
    round += 1
    await command(stage.databaseUrl, ANOTHER_HOUR)
    watching.longest()
    const posting = crowd.postUntilStopped()
    await sleep(random() * CALM_MS)
    const mend = await fault.strike(stage, random, tally)
    const [least, most] = fault.lasts
    await sleep(least + random() * (most - least))
    await mend()
    const mended = Date.now()
    await sleep(random() * CALM_MS)
    crowd.stop()
    await posting
    await Promise.all([crowd.postAgain(), stage.recovered()])
    const [back, away] = [Date.now() - mended, watching.longest()]
    ;[outage, recovery] = [Math.max(outage, away), Math.max(recovery, back)]
    say(`${fault.name} ${round}: no page for ${away} ms, all well after ${back} ms, ${crowd.posts.length} posts so far`)
  }
  const { posts, lost, doubled, ...judgement } = await judge({
    posts: crowd.posts,
    surprises: [...crowd.surprises, ...stage.ended.splice(0)],
    databaseUrl: stage.databaseUrl,
    mailbox: stage.mailbox,
    url: stage.url,
    wire,
  })
  const { name, what } = fault
  return {
    ...judgement,
    fault: name,
    what,
    rounds: round,
    outage,
    recovery,
    acknowledged: tally.acknowledged + posts,
    lost: [...tally.lost, ...lost],
    doubled: [...tally.doubled, ...doubled],
  }
}

async function start({ rounds, seed, until, say }: Turn): Promise<Result> {
  const options = { rounds, seed, until: until(), say: (line: string) => say(`${START.name}, ${line}`) }
  const { posts, ...judgement } = await crash(options)
  return {
    ...judgement,
    fault: START.name,
    what: START.what,
    acknowledged: posts,
    outage: null,
    recovery: null,
  }
}
