// A page with a hole of each kind, beside the portal: a scanner that does not find them there is blind, whatever it says of
// the rest.
import type { ServerResponse } from 'node:http'
import pg from 'pg'
import type { Portal } from './portal.ts'

/** wapiti goes by the alphabet, for as long as it has: this comes first. */
export const PLANTED = '/0planted'

export async function answerPlanted({ databaseUrl, url: base }: Portal, url: string, res: ServerResponse) {
  const word = new URL(url, base).searchParams.get('word') ?? ''
  const client = new pg.Client({ connectionString: databaseUrl, options: '-c default_transaction_read_only=on' })
  await client.connect()
  try {
    const { rows } = await client.query(`select name_en from category where name_en <> '${word}' order by 1`)
    page(res, 200, `<p>Not ${word}: ${rows.map(row => row.name_en)}</p>`)
  } catch (error) {
    page(res, 500, `PostgreSQL query failed: ERROR: ${error}`)
  } finally {
    await client.end()
  }
}

function page(res: ServerResponse, status: number, text: string): void {
  res.writeHead(status, { 'content-type': 'text/html; charset=utf-8' })
  res.end(`<!doctype html><html lang="en"><title>Planted</title>${text}</html>`)
}
