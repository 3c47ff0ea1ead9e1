// Select lists, by the names of an entity's properties.
import { type EntityManager, type EntityMetadata, type EntityProperty, ReferenceKind } from '@mikro-orm/postgresql'
import { anything, type Condition } from './condition.ts'
import { metaOf, type NodeType } from './things.ts'

/** Which of the things of a relation come along, by its name: the others are as if they were not there. */
export type Only = Readonly<Record<string, Condition>>

const columns = new Map<string, string>()

/** The select list of an entity: its columns by the names of its properties, and the relations that it brings along. */
export function columnsOf(meta: EntityMetadata, alias: string, brings: readonly string[], only: Only = {}): string {
  const key = [meta.className, alias, ...brings, ...Object.entries(only).map(([name, { sql }]) => name + sql)].join()
  const known = columns.get(key) ?? listColumns(meta, alias, brings, only)
  columns.set(key, known)
  return known
}

function listColumns(meta: EntityMetadata, alias: string, brings: readonly string[], only: Only): string {
  const own = meta.props.filter(
    ({ kind, fieldNames, lazy, name }) => isOwnColumn(kind) && fieldNames && !lazy && !brings.includes(name),
  )
  return [
    ...own.map(({ fieldNames, name }) => `${alias}."${fieldNames[0]}" as "${name}"`),
    ...brings.map(name => `(${relation(meta.properties[name], alias, only[name])}) as "${name}"`),
  ].join(', ')
}

const isOwnColumn = (kind: ReferenceKind) => kind === ReferenceKind.SCALAR || kind === ReferenceKind.MANY_TO_ONE

/** A subquery for what a relation leads to, as JSON: PostgreSQL plans it far faster than it plans a join. */
function relation(property: EntityProperty | undefined, alias: string, only: Condition = anything): string {
  if (!property?.targetMeta) throw new Error(`no relation to bring along: ${property?.name}`)
  const { targetMeta: target, kind, fieldNames, mappedBy, pivotTable, joinColumns, inverseJoinColumns } = property
  const found = `select ${columnsOf(target, 'r', [])} from ${target.tableName} r`
  const which = only === anything ? '' : ` and (${only.sql.replaceAll(/\bt\./g, 'r.')})`
  if (kind === ReferenceKind.MANY_TO_ONE)
    return `select row_to_json(x) from (${found} where r.id = ${alias}."${fieldNames[0]}"${which}) x`
  const link =
    kind === ReferenceKind.ONE_TO_MANY
      ? `where r."${target.properties[mappedBy]?.fieldNames[0]}" = ${alias}.id`
      : `join ${pivotTable} p on p."${inverseJoinColumns[0]}" = r.id where p."${joinColumns[0]}" = ${alias}.id`
  return `select coalesce(json_agg(x), '[]') from (${found} ${link}${which} order by r.id) x`
}

/** All columns of a type, for a statement of ours whose rows become things. */
export const columnsFor = (em: EntityManager, type: NodeType, alias: string): string =>
  columnsOf(metaOf(em, type), alias, [])
