import { type Logger, pino } from 'pino'
import { facts } from './lib/facts.ts'

export type Log = Logger

/** Structured lines on standard error; standard output belongs to what a command answers. */
export const createLog = ({ logLevel }: { logLevel: string }): Log =>
  pino(
    { level: logLevel, base: { pid: process.pid }, serializers: { err: withoutContent } },
    pino.destination({ dest: 2, sync: true }),
  )

/** A database error's message and detail quote what people typed; its code, place and constraint do not. */
function withoutContent(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error }
  const places = (error.stack ?? '').split('\n').filter(line => line.startsWith('    at '))
  const isFromDatabase = 'severity' in error || error.name.endsWith('Exception')
  return {
    type: error.name,
    ...(isFromDatabase ? {} : { message: error.message }),
    ...facts(error, 'code', 'constraint', 'table', 'syscall', 'responseCode'),
    stack: places.join('\n'),
    ...(error.cause ? { cause: withoutContent(error.cause) } : {}),
  }
}
