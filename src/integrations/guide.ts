// The chapters of `/help/api`, with the figures that they tell: each from the code that keeps it.
import type { GraphQLSchema } from 'graphql'
import { MOST_WAITING } from '../graph/backlog.ts'
import { MAX_FIELDS } from '../graph/bounds.ts'
import { COUNT_LIMIT, MAX_PAGE_SIZE, PAGE_SIZE } from '../graph/connection.ts'
import { KEY_LENGTH, LIFETIME_HOURS } from '../graph/idempotency.ts'
import { MAX_ALIASES, MAX_COST, MAX_DEPTH, MAX_NODES, MAX_TOKENS } from '../graph/limits.ts'
import { CHECK_MS } from '../graph/live.ts'
import { failureStatus } from '../graph/refusal.ts'
import type { Fields } from '../graph/variables.ts'
import errors from '../i18n/en/errors.json' with { type: 'json' }
import { UPLOAD_LIFETIME_MS } from '../tickets/keep-upload.ts'
import { BODY_LIMIT } from '../web/api.ts'
import { person, stranger } from '../web/api-budget.ts'
import { MAX_SECONDS } from '../web/api-time.ts'
import { type Example, exampleOf } from '../web/examples.ts'
import { LIFE_MS } from '../web/outlet.ts'
import type { PageOptions } from '../web/page.ts'
import { PER_PERSON } from '../web/stream.ts'
import { MAX_DAYS } from './token.ts'
import { DEAD_DAYS } from './webhook-patience.ts'

const texts = (figures: Record<string, number>): Fields =>
  Object.fromEntries(Object.entries(figures).map(([name, figure]) => [name, String(figure)]))

/** Every code of `userErrors` has a sentence; a field or a count may give it another one. */
const inputs = [...new Set(Object.keys(errors).map(key => key.replace(/_[a-z].*$/, '')))]
  .filter(code => /^[A-Z_]+$/.test(code) && !(code in failureStatus))
  .sort()

const chapters: Record<string, { example?: string; figures?: Fields }> = {
  start: { example: 'first-request', figures: texts({ days: MAX_DAYS }) },
  errors: { figures: { failures: Object.keys(failureStatus), inputs } },
  paging: { example: 'all-tickets', figures: texts({ max: MAX_PAGE_SIZE, usual: PAGE_SIZE, count: COUNT_LIMIT }) },
  copying: { example: 'keep-a-copy' },
  repeating: { example: 'create-ticket', figures: texts({ hours: LIFETIME_HOURS, length: KEY_LENGTH }) },
  limits: {
    figures: {
      ...texts({
        requests: person.requests,
        costs: person.cost,
        strangersRequests: stranger.requests,
        strangersCosts: stranger.cost,
        cost: MAX_COST,
        depth: MAX_DEPTH,
        aliases: MAX_ALIASES,
        tokens: MAX_TOKENS,
        nodes: MAX_NODES,
        fields: MAX_FIELDS,
        seconds: MAX_SECONDS,
        streams: PER_PERSON,
      }),
      body: BODY_LIMIT.replace('mb', ' MB'),
    },
  },
  files: { example: 'attach-file', figures: texts({ hours: UPLOAD_LIFETIME_MS / 3_600_000 }) },
  webhooks: { example: 'verify-webhook', figures: texts({ days: DEAD_DAYS }) },
  live: {
    example: 'follow-tickets',
    figures: texts({ check: CHECK_MS / 1000, minutes: LIFE_MS / 60_000, waiting: MOST_WAITING, streams: PER_PERSON }),
  },
}

const examples = new Map<string, Example>()

/** The chapter that an address names (the first one where it names none), or null. */
export const guideTo =
  (schema: GraphQLSchema): PageOptions['brings'] =>
  ({ params, config }) => {
    const topic = String(params.chapter ?? 'start')
    const chapter = Object.hasOwn(chapters, topic) ? chapters[topic] : undefined
    if (!chapter || (topic === 'live' && !schema.getSubscriptionType())) return null
    const { example, figures } = chapter
    if (example && !examples.has(example)) examples.set(example, exampleOf(example))
    return { topic, url: config.baseUrl, ...figures, ...(example ? examples.get(example) : {}) }
  }
