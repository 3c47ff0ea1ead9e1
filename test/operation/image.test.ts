// The container image without an engine: exactly the files that .dockerignore lets in, run as the image runs them.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freePort } from '../../src/database/postmaster.ts'
import { newFolder } from '../kit/folder.ts'
import { end } from './command.ts'
import { emptyPlace, type TestPlace } from './place.ts'

const root = join(import.meta.dirname, '../..')
const image = newFolder('image')
const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8')
const listed = (instruction: string): string[] =>
  JSON.parse(new RegExp(`^ *${instruction} (\\[.*\\])$`, 'm').exec(dockerfile)?.[1] ?? '[]')

let place: TestPlace
let env: Record<string, string>
beforeAll(async () => {
  const ignored = readFileSync(join(root, '.dockerignore'), 'utf8')
  for (const [, name = ''] of ignored.matchAll(/^!(.+)$/gm))
    cpSync(join(root, name), join(image, name), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(image, 'node_modules'))
  place = await emptyPlace()
  const port = String(await freePort())
  env = { ...place.env, PATH: process.env.PATH ?? '', PORT: port, BASE_URL: `http://127.0.0.1:${port}` }
})
afterAll(async () => {
  await place.database.drop()
  for (const folder of [image, place.folder]) rmSync(folder, { recursive: true, force: true })
})

const inImage = (command: string[], args: string[]): ChildProcess =>
  spawn(process.execPath, [...command.slice(1), ...args], { cwd: image, env, stdio: ['ignore', 'pipe', 'pipe'] })

describe('the image', { timeout: 300_000 }, () => {
  test('has all that its commands need, and says whether it is healthy', async () => {
    const entry = listed('ENTRYPOINT')
    const check = listed('CMD')
    expect([entry[0], check[0]]).toEqual(['node', 'node'])
    expect(await end(inImage(check, []))).toMatchObject({ code: 1 })
    expect(await end(inImage(entry, ['migrate']))).toMatchObject({ code: 0, out: expect.stringMatching(/^Migrated: /) })
    const portal = inImage(entry, ['serve', '--processes', '1'])
    try {
      await once(portal.stdout ?? portal, 'data')
      for (const path of ['/', '/tickets/new', '/help', '/help/api', '/login'])
        expect((await fetch(env.BASE_URL + path)).status, path).toBe(200)
      expect(await end(inImage(check, []))).toMatchObject({ code: 0 })
    } finally {
      portal.kill('SIGTERM')
    }
    expect((await once(portal, 'exit'))[0]).toBe(0)
  })

  test('runs as nobody special, with what is written in one place', () => {
    expect(dockerfile).toMatch(/^USER node$/m)
    expect(dockerfile).toMatch(/^VOLUME \/data$/m)
    expect(dockerfile).toMatch(/NODE_ENV=production HOST=0\.0\.0\.0 DATA_DIR=\/data/)
  })
})
