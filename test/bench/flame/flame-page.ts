// A flame graph as one file that needs nothing else.
import { join } from 'node:path'
import { build } from 'esbuild'
import { escapeHtml } from '../../../src/lib/html.ts'
import type { Call } from './call-tree.ts'

/** `table` is what to read before one looks at the picture. */
export async function flamePage(tree: Call, table: string): Promise<string> {
  const title = escapeHtml(tree.name)
  const { script, styles } = await chart()
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>${title}</title>
<style>${styles} body { font: 14px/1.4 sans-serif; margin: 1rem }</style>
<h1>${title}</h1>
<pre>${escapeHtml(table)}</pre>
<p><label>Find <input id="search" type="search"></label> A click looks closer, one on the lowest bar shows all again.</p>
<div id="chart"></div>
<script>globalThis.tree = ${JSON.stringify(tree).replaceAll('<', '\\u003c')}</script>
<script>${script.replaceAll('</script', '<\\/script')}</script>
</html>
`
}

async function chart(): Promise<{ script: string; styles: string }> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'chart.js')],
    outdir: import.meta.dirname,
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
  })
  const ending = (end: string) => outputFiles.find(({ path }) => path.endsWith(end))?.text ?? ''
  return { script: ending('.js'), styles: ending('.css') }
}
