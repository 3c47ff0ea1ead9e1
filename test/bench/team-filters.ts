// Filters of the queue as the team asks them: as an address, as a saved view, and as the database has them.
export interface BenchFilter {
  query: string
  /** By what its address is known. */
  sign: string
  where: string
  /** As a saved view holds it. */
  filter: object
  orderBy: string
}

export const filters: readonly BenchFilter[] = [
  {
    query: 'status=open&priority=HIGH',
    sign: 'priority=HIGH',
    where: "is_open and priority = 'HIGH'",
    filter: { status: ['NEW', 'OPEN', 'WAITING'], priority: ['HIGH'] },
    orderBy: 'UNANSWERED_FIRST',
  },
  {
    query: 'status=WAITING&channel=EMAIL&order=UPDATED_AT_DESC&columns=STATUS,ASSIGNEE,UPDATED,CATEGORY,TAGS',
    sign: 'channel=EMAIL',
    where: "status = 'WAITING' and channel = 'EMAIL'",
    filter: { status: ['WAITING'], channel: ['EMAIL'] },
    orderBy: 'UPDATED_AT_DESC',
  },
  {
    query: 'tag=export&order=UPDATED_AT_DESC',
    sign: 'tag=export',
    where: "tags @> array['export']",
    filter: { tag: ['export'] },
    orderBy: 'UPDATED_AT_DESC',
  },
]
