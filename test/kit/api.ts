// The API as a program uses it.
import { multipart, type TestFile } from './body.ts'
import { type Answer, type Headers, headerOf, type Wire } from './http.ts'

/** Loose on purpose: tests name the fields that they asked for. */
// biome-ignore lint/suspicious/noExplicitAny: the shape is the query's
export type Data = any

export interface Reply {
  status: number
  data: Data
  errors: { message: string; path?: (string | number)[]; extensions: Record<string, unknown> }[]
  /** `extensions.code` of the first error, or null. */
  code: string | null
  header(name: string): string
  text: string
}

export interface Upload {
  status: number
  json: Data
}

export async function graphql(
  wire: Wire,
  origin: string,
  query: string,
  variables: object | undefined,
  headers: Headers,
): Promise<Reply> {
  const body = JSON.stringify({ query, variables })
  return replyOf(
    await wire.exchange(new URL('/graphql', origin), 'POST', { 'content-type': 'application/json', ...headers }, body),
  )
}

export function replyOf(answer: Answer): Reply {
  const text = answer.body.toString()
  const json = jsonOf(text)
  const errors: Reply['errors'] = json?.errors ?? []
  return {
    status: answer.status,
    data: json?.data ?? null,
    errors,
    code: (errors[0]?.extensions?.code as string | undefined) ?? null,
    header: name => headerOf(answer, name),
    text,
  }
}

export async function upload(wire: Wire, origin: string, file: TestFile, headers: Headers): Promise<Upload> {
  const body = multipart([['file', file]])
  const answer = await wire.exchange(
    new URL('/uploads', origin),
    'POST',
    { ...headers, 'content-type': body.contentType },
    body.content,
  )
  return { status: answer.status, json: jsonOf(answer.body.toString()) }
}

function jsonOf(text: string): Data {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
