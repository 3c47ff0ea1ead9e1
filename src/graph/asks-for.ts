import { type GraphQLResolveInfo, Kind, type SelectionSetNode } from 'graphql'

/** Whether the client asks for this field of what is being resolved, itself or in a fragment. */
export function asksFor(name: string, { fieldNodes, fragments }: GraphQLResolveInfo): boolean {
  const isIn = (set: SelectionSetNode | undefined): boolean =>
    set?.selections.some(each => {
      if (each.kind === Kind.FIELD) return each.name.value === name
      return isIn(each.kind === Kind.FRAGMENT_SPREAD ? fragments[each.name.value]?.selectionSet : each.selectionSet)
    }) ?? false
  return fieldNodes.some(({ selectionSet }) => isIn(selectionSet))
}
