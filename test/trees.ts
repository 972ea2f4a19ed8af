import { basename, join } from 'node:path'
import { compareNames, type Tree } from '../src/library/intake/reading/tree'

/** A folder as it would be read, of the paths of its pictures. */
export function treeOf(root: string, paths: readonly string[]): Tree {
  const tree: Tree = { name: basename(root), path: root, folders: [], images: [], unread: [] }
  for (const path of paths) {
    const parts = path.split('/')
    let at = tree
    for (const name of parts.slice(0, -1)) {
      let next = at.folders.find((folder) => folder.name === name)
      if (!next) {
        next = { name, path: join(at.path, name), folders: [], images: [], unread: [] }
        at.folders.push(next)
        at.folders.sort((a, b) => compareNames(a.name, b.name))
      }
      at = next
    }
    at.images.push(join(at.path, parts.at(-1)!))
  }
  return tree
}
