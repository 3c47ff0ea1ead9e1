// How the bench asks a process that it has loaded something into: by a signal, and by the file in which it answers.
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const PATIENCE_MS = 60_000

/** Inside the process, whose setting ANSWERS says where they go. */
export function whenAsked(answer: () => unknown): void {
  process.on('SIGUSR2', async () => {
    const path = pathIn(process.env.ANSWERS ?? '', process.pid)
    writeFileSync(`${path}.draft`, JSON.stringify(await answer()))
    renameSync(`${path}.draft`, path)
  })
}

export async function ask<Answer>(pid: number, folder: string): Promise<Answer> {
  const path = pathIn(folder, pid)
  rmSync(path, { force: true })
  process.kill(pid, 'SIGUSR2')
  const deadline = Date.now() + PATIENCE_MS
  while (!existsSync(path)) {
    if (Date.now() > deadline) throw new Error(`Process ${pid} does not answer`)
    await sleep(10)
  }
  return JSON.parse(readFileSync(path, 'utf8'))
}

const pathIn = (folder: string, pid: number): string => join(folder, `${pid}.json`)
