import type { RequestHandler } from 'express'

/** The schema as a file, for tools; for who may introspect it (product §8). */
export const schemaFile =
  (text: string): RequestHandler =>
  (req, res) => {
    if (!req.viewer.user) return res.redirect(303, `/login?next=${req.path}`)
    res.attachment('schema.graphql').type('text/plain').send(text)
  }
