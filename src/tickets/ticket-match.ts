// Where a search hit: worked out for the tickets of a page only, all of them by one statement.
import DataLoader from 'dataloader'
import { Field, ObjectType } from 'type-graphql'
import { ask } from '../graph/ask.ts'
import { idList } from '../graph/condition.ts'
import type { Context } from '../graph/context.ts'
import { searchQuery } from '../lib/search-query.ts'
import { readableMessages } from './visible.ts'

@ObjectType({ description: 'A piece of a text, and whether it is what was searched for.', simpleResolvers: true })
export class TextPart {
  @Field(() => String, { description: 'The piece, as plain text.' }) text!: string
  @Field(() => Boolean, { description: 'Whether it was searched for.' }) isHit!: boolean
}

@ObjectType({ description: 'Where a ticket has the words of a search.', simpleResolvers: true })
export class TicketMatch {
  @Field(() => [TextPart], { description: 'Its subject.' }) subject!: TextPart[]

  @Field(() => [TextPart], {
    nullable: true,
    description: 'Some words of its newest message that has any, or the name of such a file; null where neither has.',
  })
  excerpt!: TextPart[] | null

  @Field(() => Boolean, { description: 'Whether that is of an internal note.' }) isNote!: boolean
}

interface Row {
  id: string
  subject: string
  excerpt: string | null
  is_note: boolean
}

/** More of one ticket are not looked through for an excerpt. */
const MESSAGES = 20

const loaders = new WeakMap<Context, Map<string, DataLoader<string, TicketMatch | null>>>()

export function matchOf(context: Context, ticket: string, search: string): Promise<TicketMatch | null> {
  const ofContext = loaders.get(context) ?? new Map<string, DataLoader<string, TicketMatch | null>>()
  loaders.set(context, ofContext)
  const loader = ofContext.get(search) ?? new DataLoader(ids => matchesOf(context, ids, search))
  ofContext.set(search, loader)
  return loader.load(ticket)
}

async function matchesOf(context: Context, ids: readonly string[], search: string): Promise<(TicketMatch | null)[]> {
  const { sql, values } = readableMessages(context.viewer)
  const rows = await ask<Row>(
    context.em,
    `with q as materialized (select words, search_pattern(words) as pattern from search_any(?) as words)
     select k.id, coalesce(search_marked(k.subject, q.words, q.pattern), k.subject) as subject,
       coalesce(m.excerpt, search_mark(f.filename, q.words, false)) as excerpt,
       coalesce(m.visibility, f.visibility) is not distinct from 'INTERNAL' as is_note
     from q cross join ticket k
     left join lateral (
       select e.excerpt, x.visibility
         from (select t.* from message t where t.ticket_id = k.id and ${sql} order by t.created_at desc, t.id desc limit ${MESSAGES}) x
         cross join lateral (select case when x.text ~* q.pattern then search_excerpt(x.text, q.words, q.pattern) end offset 0) e(excerpt)
         where e.excerpt is not null order by x.created_at desc, x.id desc limit 1) m on true
     left join lateral (
       select a.filename, t.visibility from message t join attachment a on a.message_id = t.id
         where t.ticket_id = k.id and ${sql} and m.excerpt is null and search_filename(a.filename) @@ q.words limit 1) f on true
     where k.id = any(?::uuid[])`,
    [searchQuery(wanted(search)), ...values, ...values, idList(ids)],
    true,
  )
  const byId = new Map(rows.map(row => [row.id, row]))
  return ids.map(id => toMatch(byId.get(id)))
}

const toMatch = (row: Row | undefined): TicketMatch | null =>
  row
    ? {
        subject: partsOf(row.subject),
        excerpt: row.excerpt === null ? null : partsOf(row.excerpt.replaceAll(/ {2,}/g, ' ')),
        isNote: row.is_note,
      }
    : null

const [BEGIN, END] = ['\u0002', '\u0003'] // by search_mark; no text of ours has them

/** Hits may lie in one another: a word can be found by its English and by its German stem. */
function partsOf(marked: string): TextPart[] {
  const parts: TextPart[] = []
  let depth = 0
  for (const piece of marked.split(new RegExp(`([${BEGIN}${END}])`))) {
    if (piece === BEGIN) depth += 1
    else if (piece === END) depth -= 1
    else if (piece !== '') parts.push({ text: piece, isHit: depth > 0 })
  }
  return parts
}

/** What is left out of the search is nothing to be shown. */
const wanted = (search: string): string => search.replace(/(^|\s)-("[^"]*"?|\S+)/g, ' ')
