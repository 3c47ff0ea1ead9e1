// A page measured against its floor (floor.ts), turn by turn. Ratios count: both run on the same machine at the same time and
// share it with the database and with whoever asks.
import { hashOf } from '../../src/integrations/token.ts'
import { keepShare } from './kept.ts'
import { line } from './line.ts'
import { type Figures, inTurns, send, type Turns } from './measure.ts'
import type { Ask, BenchPage } from './page.ts'
import type { Portal } from './portal.ts'
import { type Floor, type FloorAnswer, keyOf } from './processes.ts'

export const floorHead = line(
  '',
  'req/s',
  'p50 ms',
  'p99 ms',
  'floor/s',
  'p50',
  'p99',
  'ratio',
  'p99 ×',
  'statements',
  'ok',
)

/** `statements`: how many the page asked of the database. */
export async function floorLine(
  page: BenchPage,
  { ground, product, visitors }: Pick<Portal, 'ground' | 'product' | 'visitors'>,
  floor: Floor,
  statements: number,
  turns: Turns,
): Promise<string> {
  const asks = await page.asks(visitors)
  await floor.learn(await recorded(page, product, asks))
  const [ours, theirs] = await inTurns({ url: product.url, asks }, { url: floor.url, asks }, turns)
  const ratio = ours.perSecond / theirs.perSecond
  const slower = ours.p99 / theirs.p99
  keepShare(page, ground.tickets, ratio, slower)
  const isHeld = ratio >= page.least && slower <= 3 && statements <= page.most
  return line(
    page.name,
    ...cells(ours),
    ...cells(theirs),
    ratio.toFixed(2),
    slower.toFixed(2),
    String(statements),
    isHeld ? 'yes' : 'NO',
  )
}

/** What the product answers is what the floor sends, byte by byte. */
export async function recorded(
  page: BenchPage,
  product: Portal['product'],
  asks: readonly Ask[],
): Promise<FloorAnswer[]> {
  const answers: FloorAnswer[] = []
  for (const ask of asks) {
    const response = await send(product.url, ask)
    const {
      'transfer-encoding': _,
      connection: __,
      'keep-alive': ___,
      ...headers
    } = Object.fromEntries(response.headers)
    answers.push({
      key: keyOf(ask),
      session: sessionStatement(ask),
      statements: page.floor(ask),
      isTransaction: page.isTransaction ?? false,
      status: response.status,
      headers,
      body: await response.text(),
    })
  }
  return answers
}

/** Who asks and whether they may, by session or by token. */
function sessionStatement({ headers, visitor }: Ask): FloorAnswer['session'] {
  const columns = `p.id, p.name, p.role, p.language, p.timezone, p.confirmed_at, p.disabled_at,
    exists (select from membership m where m.user_id = p.id and m.joined_at is not null and m.ended_at is null) as on_list,
    exists (select from ticket_participant t where t.user_id = p.id) as takes_part`
  return headers.authorization
    ? [
        `select ${columns}, t.scopes from api_token t join person p on p.id = t.user_id where t.hash = $1 and t.expires_at > now()`,
        [hashOf(visitor.token)],
      ]
    : [
        `select ${columns}, s.data from session s join person p on p.id = s.user_id where s.sid = $1 and s.expires_at > now()`,
        [visitor.sid],
      ]
}

function cells({ perSecond, p50, p99 }: Figures): string[] {
  return [perSecond.toFixed(), p50.toFixed(1), p99.toFixed(1)]
}
