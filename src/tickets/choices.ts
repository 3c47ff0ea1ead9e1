// What can be chosen for a ticket today: somebody who works it, and a category.
import type { Context } from '../graph/context.ts'
import { Refusal } from '../graph/refusal.ts'
import { parseGlobalId } from '../lib/ids.ts'
import { Role, User } from '../people/user.ts'
import { Category } from './category.ts'

/** Somebody who works tickets, by their global id; null = nobody. */
export async function assigneeOf({ em }: Context, id: string | null): Promise<User | null> {
  if (id === null) return null
  const parsed = parseGlobalId(id)
  const found =
    parsed?.type === 'User'
      ? await em.findOne(User, { id: parsed.id, role: { $in: [Role.AGENT, Role.ADMIN] }, disabledAt: null })
      : null
  if (!found) throw new Refusal('UNKNOWN_PERSON', 'assignee')
  return found
}

/** A category that can still be chosen, by its global id. */
export async function categoryOf({ em }: Context, id: string | null | undefined): Promise<Category | null> {
  if (!id) return null
  const parsed = parseGlobalId(id)
  const found =
    parsed?.type === 'Category'
      ? await em.findOne(Category, { id: parsed.id, archivedAt: null }, { populate: ['assignee'] })
      : null
  if (!found) throw new Refusal('UNKNOWN_CATEGORY', 'category')
  return found
}
