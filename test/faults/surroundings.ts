// The machine that the portal runs on: its disk, its clock, its power.
import { chmodSync, closeSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Mend } from './list.ts'
import { oneOf } from './random.ts'
import type { Stage } from './stage.ts'

const HOURS = 3_600_000

export function machineDies(stage: Stage): Mend {
  for (const member of stage.members) member.kill()
  stage.killPostgres()
  return () => stage.startPostgres()
}

/** To the last byte. Where it is no disk of its own, its folder can be written to no more. */
export function fullDisk({ files, hasDisk }: Stage): Mend {
  if (!hasDisk) return closedFolder(join(files, 'drafts'))
  const ballast = join(files, 'drafts', 'ballast')
  fill(ballast)
  return () => rmSync(ballast)
}

function closedFolder(path: string): Mend {
  chmodSync(path, 0o500)
  return () => chmodSync(path, 0o700)
}

function fill(path: string): void {
  const file = openSync(path, 'w')
  try {
    for (let size = 1 << 20; size >= 1; ) {
      const isWritten = write(file, size)
      if (!isWritten) size = size >> 1
    }
  } finally {
    closeSync(file)
  }
}

function write(file: number, size: number): boolean {
  try {
    return writeSync(file, Buffer.alloc(size)) > 0
  } catch (error) {
    if (Reflect.get(Object(error), 'code') === 'ENOSPC') return false
    throw error
  }
}

/** Of one process, forward or back; what is set right again jumps too. */
export function clockJumps({ members, clockFile }: Stage, random: () => number): Mend {
  const member = oneOf(members, random)
  const jump = (ahead: number) => {
    writeFileSync(clockFile, String(ahead))
    member.signal('SIGUSR2')
  }
  jump(Math.round((random() * 4 - 2) * HOURS))
  return () => jump(0)
}
