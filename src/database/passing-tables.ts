/**
 * Tables of what is worth nothing in another place or on another day, each with the reason. Neither a backup nor an export
 * has them.
 */
export const passingTables: Readonly<Record<string, string>> = {
  session: 'who is signed in, with which browser, here',
  rate_limit: 'counts of the last hours',
  ticket_look: 'who looks at a ticket just now',
  own_write: 'up to where somebody wrote, as this server counts',
  mikro_orm_migrations: 'the schema, which `plaindesk migrate` makes',
}
