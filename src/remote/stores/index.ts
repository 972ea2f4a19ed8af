import { resolve } from 'node:path'
import { FolderStore } from './folder'
import type { Store } from './store'

/** The store at an address: a folder's path. */
export function openStore(address: string): Store {
  return new FolderStore(resolve(address))
}
