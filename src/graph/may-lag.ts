import { BREAK, type DocumentNode, Kind, visit } from 'graphql'

/** By it a copy is kept, without a gap: only the primary knows which transactions are open. */
const FOR_COPIES = 'UPDATED_AT_ASC'
/** One-time links: sent a moment ago, or used a moment ago. */
const OF_LINKS = 'token'

const known = new WeakMap<DocumentNode, boolean>()

/** Whether a query may be answered from a state of the database that is a moment old. */
export function mayLag(document: DocumentNode, variables: object): boolean {
  const may = known.get(document) ?? mayDocumentLag(document)
  known.set(document, may)
  return may && !JSON.stringify(variables).includes(FOR_COPIES)
}

function mayDocumentLag(document: DocumentNode): boolean {
  let may = true
  const unless = (isNow: boolean) => {
    if (!isNow) return
    may = false
    return BREAK
  }
  visit(document, {
    [Kind.ENUM]: node => unless(node.value === FOR_COPIES),
    [Kind.ARGUMENT]: node => unless(node.name.value === OF_LINKS),
  })
  return may
}
