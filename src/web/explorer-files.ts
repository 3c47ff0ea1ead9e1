// GraphiQL as files of our own: bundled in the process when somebody first asks for them, kept in memory.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { RequestHandler } from 'express'

const root = join(import.meta.dirname, '../..')
const below = (file: string) => join(root, 'views/api', file)

const workers = {
  // The editor's, by whatever version GraphiQL brings along.
  'json.worker': 'monaco-editor/esm/vs/language/json/json.worker.js',
  'editor.worker': 'monaco-editor/esm/vs/editor/editor.worker.js',
  'graphql.worker': 'monaco-graphql/esm/graphql.worker.js',
}

/** Another one as soon as anything of the bundle may differ; known without bundling, so that the page need not wait. */
const key = [join(root, 'package-lock.json'), ...['explorer.js', 'explorer-nonce.js', 'explorer.css'].map(below)]
  .reduce((hash, file) => hash.update(readFileSync(file)), createHash('sha256'))
  .digest('hex')
  .slice(0, 16)

/** Where the files lie: `explorer.js`, `explorer.css` and what they load. */
export const explorerFolder = `/explorer/${key}`

/** Serves them, for good: their address changes with them. */
export function explorerFiles(): RequestHandler {
  let files: Promise<ReadonlyMap<string, Uint8Array>> | null = null
  return async (req, res, next) => {
    const { folder, file } = req.params
    if (folder !== key) return next()
    files ??= bundle().catch(error => {
      files = null
      throw error
    })
    const content = (await files).get(String(file))
    if (!content) return next()
    res
      .set('Cache-Control', 'public, max-age=31536000, immutable')
      .type(String(file))
      .send(Buffer.from(content.buffer, content.byteOffset, content.byteLength))
  }
}

async function bundle(): Promise<ReadonlyMap<string, Uint8Array>> {
  // Loaded here: most processes never need it.
  const { build, stop } = await import('esbuild')
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: { explorer: below('explorer.js'), ...workers },
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: 'es2023',
    outdir: root,
    assetNames: '[name]',
    loader: { '.ttf': 'file' },
    define: { 'process.env.NODE_ENV': '"production"' },
    legalComments: 'eof',
    logLevel: 'silent',
  })
  await stop()
  return new Map(outputFiles.map(({ path, contents }) => [basename(path), contents]))
}
