// What is noted every minute: what the portal's processes hold, and what they hold of PostgreSQL and of the disk.
import { existsSync, readdirSync } from 'node:fs'
import type pg from 'pg'
import { ask } from '../asking.ts'
import { cpuOf, memoryOf, openFilesOf } from '../kernel.ts'
import type { Pulse } from './pulse.ts'

export interface Note {
  /** Minutes since the beginning. */
  at: number
  /** By name, such as `web 1: RSS, MB`. */
  figures: Map<string, number>
}

export interface Watched {
  client: pg.Client
  /** By name; asked anew each time, because one that died is followed by another. */
  processes(): Map<string, number>
  /** Where they write what they are asked, where uploads grow, and where else temporary files may lie. */
  folders: { answers: string; drafts: string; temporary: string }
}

const MB = 1024 * 1024

/** All figures of this moment. The CPU's is what they have used since they began. */
export async function figuresOf({ client, processes, folders }: Watched): Promise<Map<string, number>> {
  const figures = new Map<string, number>()
  for (const [name, pid] of processes()) {
    for (const [what, figure] of Object.entries(await ofProcess(pid, folders.answers)))
      figures.set(`${name}: ${what}`, figure)
  }
  for (const [what, figure] of Object.entries(await ofDatabase(client))) figures.set(what, figure)
  figures.set('drafts', filesIn(folders.drafts))
  figures.set('temporary files', filesIn(folders.temporary))
  return figures
}

async function ofProcess(pid: number, folder: string) {
  const { rss, kept, late } = await ask<Pulse>(pid, folder)
  return {
    'RSS, MB': rss / MB,
    'heap, MB': kept / MB,
    'late p99, ms': late,
    'open files': openFilesOf(pid),
    'CPU, s': cpuOf(pid) / 1000,
  }
}

/** Prepared statements and their plans live in PostgreSQL's processes, one for each connection. */
async function ofDatabase(client: pg.Client) {
  const { rows } = await client.query<{ pid: number }>(
    "select pid from pg_stat_activity where datname = current_database() and application_name like 'plaindesk%'",
  )
  const counts = await client.query<{ sessions: number; jobs: number }>(
    'select (select count(*)::int from session) as sessions, (select count(*)::int from graphile_worker.jobs) as jobs',
  )
  const memory = rows.map(({ pid }) => ownMemoryOf(pid))
  return {
    'PostgreSQL: connections': rows.length,
    'PostgreSQL: own memory, MB a connection': memory.reduce((sum, each) => sum + each, 0) / rows.length / MB,
    sessions: counts.rows[0]?.sessions ?? 0,
    'jobs waiting': counts.rows[0]?.jobs ?? 0,
  }
}

/** 0 where the connection was just closed. */
function ownMemoryOf(pid: number): number {
  try {
    return memoryOf(pid).own
  } catch {
    return 0
  }
}

const filesIn = (folder: string): number => (existsSync(folder) ? readdirSync(folder).length : 0)
