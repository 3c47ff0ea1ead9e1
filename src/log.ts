import { type Logger, pino } from 'pino'
import type { Config } from './config.ts'

export type Log = Logger

/** Structured lines on standard error; standard output belongs to what a command answers. */
export const createLog = ({ logLevel }: Pick<Config, 'logLevel'>): Log =>
  pino(
    { level: logLevel, base: { pid: process.pid }, serializers: { err: withoutContent } },
    pino.destination({ dest: 2, sync: true }),
  )

/** A database error's message and detail quote values that people typed; its code, place and constraint do not. */
function withoutContent(error: unknown) {
  if (!(error instanceof Error)) return { type: typeof error }
  const { name, stack = '' } = error
  const places = stack.split('\n').filter(line => /^ {4}at /.test(line))
  const facts = ['code', 'constraint', 'table', 'syscall', 'responseCode'].map(
    key => [key, Reflect.get(error, key)] as const,
  )
  const known = Object.fromEntries(facts.filter(([, value]) => value !== undefined))
  const message = isFromDatabase(error) ? undefined : error.message
  return {
    type: name,
    message,
    ...known,
    stack: places.join('\n'),
    ...(error.cause ? { cause: withoutContent(error.cause) } : {}),
  }
}

const isFromDatabase = (error: Error): boolean =>
  'sqlState' in error || 'severity' in error || 'query' in error || error.name.endsWith('Exception')
