// What the kernel tells of a process (proc(5)). Linux only.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'

/** Resident memory in bytes: now, the most since `forgetPeak`, and what of it is its own and no file's. */
export function memoryOf(pid: number): { now: number; peak: number; own: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const bytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) * 1024
  return { now: bytes('VmRSS'), peak: bytes('VmHWM'), own: bytes('RssAnon') }
}

export const forgetPeak = (pid: number): void => writeFileSync(`/proc/${pid}/clear_refs`, '5') // resets VmHWM

const TICK_MS = 10 // USER_HZ is 100 everywhere

/** Milliseconds of CPU time so far: what the others on the machine do hardly changes them. */
export function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS // utime, stime
}

/** Files and sockets that it has open. */
export const openFilesOf = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length

/** The processes that share a port below `plaindesk serve`; it itself where it is the only one. */
export function serving(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
  const webs = children.filter(child => readFileSync(`/proc/${child}/cmdline`, 'utf8').includes('main.ts\0serve'))
  return webs.length > 0 ? webs : [pid]
}
