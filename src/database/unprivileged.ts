// PostgreSQL refuses to run as root. Where we are root, it runs as somebody else.
import { execFile } from 'node:child_process'
import { chownSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { promisify } from 'node:util'
import { Trouble } from '../lib/trouble.ts'

const run = promisify(execFile)

/** Runs a program to its end with PostgreSQL's rights; answers what it printed. */
export interface Unprivileged {
  run(program: string, args: string[]): Promise<string>
  /** Makes a file or folder theirs. */
  own(path: string): void
}

/** Who runs PostgreSQL on these folders: ourselves, or, as root, the owner of an existing cluster, `postgres` or `nobody`. */
export async function unprivileged(cluster: string, folders: string[]): Promise<Unprivileged> {
  if (process.getuid?.() !== 0) return { run: (program, args) => output(program, args), own: () => {} }
  const { uid, gid } = ownerOf(cluster) ?? (await idsOf('postgres')) ?? (await idsOf('nobody')) ?? noOne()
  const closed = folders.flatMap(parents).find(folder => !mayEnter(folder, uid, gid))
  return {
    run: (program, args) => (closed ? runPast(closed, uid, gid, program, args) : output(program, args, { uid, gid })),
    own: path => chownSync(path, uid, gid),
  }
}

const output = async (program: string, args: string[], ids: { uid?: number; gid?: number } = {}): Promise<string> => {
  const { stdout, stderr } = await run(program, args, {
    ...ids,
    cwd: dirname(program),
    env: { ...process.env, LC_ALL: 'C' },
  })
  return stdout + stderr
}

/**
 * The project lies below a folder such as /root that only root may enter. setpriv (util-linux, on nearly every Linux)
 * gives PostgreSQL the right to pass it, which opens nothing to anybody else and leaves the folder as it is.
 */
async function runPast(closed: string, uid: number, gid: number, program: string, args: string[]): Promise<string> {
  // Without the last, access(2) looks at the user alone, and PostgreSQL's programs do not find each other.
  const rights = ['--inh-caps', '+dac_override', '--ambient-caps', '+dac_override', '--securebits', '+no_setuid_fixup']
  const who = ['--reuid', String(uid), '--regid', String(gid), '--clear-groups']
  try {
    await output('/usr/bin/setpriv', [...who, ...rights, 'true'])
  } catch {
    throw new Trouble(
      `PostgreSQL does not run as root, and no other user may enter ${closed}. ` +
        'Move the project and DATA_DIR elsewhere (such as /srv), start it as an ordinary user, or set DATABASE_URL.',
    )
  }
  return output('/usr/bin/setpriv', [...who, ...rights, program, ...args])
}

function ownerOf(path: string): { uid: number; gid: number } | null {
  const found = statSync(path, { throwIfNoEntry: false })
  return found && found.uid !== 0 ? found : null
}

async function idsOf(name: string): Promise<{ uid: number; gid: number } | null> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])])
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) }
  } catch {
    return null
  }
}

function noOne(): never {
  throw new Trouble('PostgreSQL does not run as root, and there is no user "postgres" or "nobody". Set DATABASE_URL.')
}

function parents(path: string): string[] {
  const folder = resolve(path)
  return folder === dirname(folder) ? [folder] : [...parents(dirname(folder)), folder]
}

function mayEnter(folder: string, uid: number, gid: number): boolean {
  const found = statSync(folder, { throwIfNoEntry: false })
  if (!found) return true
  const shift = found.uid === uid ? 6 : found.gid === gid ? 3 : 0
  return ((found.mode >> shift) & 1) === 1
}
