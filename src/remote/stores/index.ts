import { resolve } from 'node:path'
import { storeProblems } from '../problems'
import { FolderStore } from './folder'
import { LazyStore } from './lazy'
import type { Store } from './store'

/** The store at an address: a folder's path, or `s3://bucket/prefix`. @throws GraftError `store-not-valid` */
export function openStore(address: string): Store {
  const [, scheme] = /^(\w+):\/\//.exec(address) ?? []
  if (scheme === undefined) return new FolderStore(resolve(address))
  const [, bucket, prefix = ''] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/([\w./-]*))?$/.exec(address) ?? []
  if (bucket === undefined) throw storeProblems.notValid(address)
  const below = prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`
  return new LazyStore(address, 5_000, async () => new (await import('./s3')).S3Store(address, bucket, below))
}
