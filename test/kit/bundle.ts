// The commands in a few files instead of 650, made once a run: a process that a test starts of them is there in half the time.
// That they start from the sources, as everybody starts them, is proved by ground/commands, ground/processes, operation/image
// and crash.
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build, type Plugin } from 'esbuild'

const root = join(import.meta.dirname, '../..')

/** Each source goes on finding what lies beside it. */
const inPlace: Plugin = {
  name: 'in place',
  setup: ({ onLoad }) =>
    onLoad({ filter: /\.ts$/ }, ({ path }) => ({
      loader: 'ts',
      contents: readFileSync(path, 'utf8')
        .replaceAll('import.meta.dirname', JSON.stringify(dirname(path)))
        .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href)),
    })),
}

/** Answers what Node is to run instead of `src/main.ts`; the folder has to lie where packages are found. */
export async function bundle(folder: string): Promise<string> {
  await build({
    absWorkingDir: root,
    entryPoints: ['src/main.ts'],
    outdir: folder,
    bundle: true,
    packages: 'external',
    splitting: true,
    format: 'esm',
    platform: 'node',
    keepNames: true,
    logLevel: 'warning',
    plugins: [inPlace],
  })
  return join(folder, 'main.js')
}
