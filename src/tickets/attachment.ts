import type { Rel } from '@mikro-orm/core'
import { Entity, Enum, ManyToOne, Property } from '@mikro-orm/decorators/legacy'
import { Field, Int, ObjectType } from 'type-graphql'
import { ScanResult, type StoredFile } from '../files/stored-file.ts'
import { Node } from '../graph/node.ts'
import { User } from '../people/user.ts'
import { Message } from './message.ts'

/** A stored file. Between upload and message it belongs to its uploader alone, for 24 hours. */
@Entity()
@ObjectType({ implements: Node, description: 'A file that belongs to a message.' })
export class Attachment extends Node {
  @ManyToOne(() => Message, { nullable: true, index: true }) message: Rel<Message> | null = null
  /** Null = a stranger on the public form. */
  @ManyToOne(() => User, { nullable: true, index: true }) uploader: Rel<User> | null

  @Field(() => String, { description: 'The name it came with, without folders and control characters.' })
  @Property({ type: 'text' })
  filename: string

  @Field(() => String, { description: 'Media type, read from the bytes and not from the name.' })
  @Property({ type: 'text' })
  contentType: string

  @Field(() => Int, { description: 'Size in bytes.' })
  @Property({ type: 'integer' })
  size: number

  /** Hex SHA-256 of the content; also its ETag. */
  @Property({ type: 'text' }) sha256: string
  /** Where the file store keeps it. */
  @Property({ type: 'text', unique: true }) storageKey: string
  @Enum({ items: () => ScanResult, nativeEnumName: 'scan_result' }) scan: ScanResult
  /** By what the HTML of a mail shows it in place. */
  @Property({ type: 'text', nullable: true }) cid: string | null = null

  @Field(() => Boolean, { description: 'A logo or another tiny picture of a mail; shown folded.' })
  @Property({ type: 'boolean', default: false })
  isDecoration = false
  @Property({ type: 'timestamptz' }) createdAt: Date

  constructor(uploader: User | null, file: StoredFile, now: Date) {
    super()
    this.uploader = uploader
    this.filename = file.filename
    this.contentType = file.contentType
    this.size = file.size
    this.sha256 = file.sha256
    this.storageKey = file.storageKey
    this.scan = file.scan
    this.createdAt = now
  }
}

/** What browsers show in a page without running anything of it. */
export const isPicture = ({ contentType, scan }: Attachment): boolean =>
  scan === ScanResult.CLEAN && /^image\/(?:png|jpeg|gif|webp|avif|bmp)$/.test(contentType)
