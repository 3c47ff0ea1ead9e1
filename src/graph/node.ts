import { PrimaryKey } from '@mikro-orm/decorators/legacy'
import { Field, ID, InterfaceType } from 'type-graphql'
import { globalId, newId } from '../lib/ids.ts'

@InterfaceType({ description: 'Anything that can be read again by its global id.' })
export abstract class Node {
  /** The row's own id; only `globalId` ever leaves the process. */
  @PrimaryKey({ type: 'uuid' }) id: string = newId()

  @Field(() => ID, { name: 'id', description: 'Global and opaque; stays the same for good.' })
  get globalId(): string {
    return globalId(this.constructor.name, this.id)
  }
}
