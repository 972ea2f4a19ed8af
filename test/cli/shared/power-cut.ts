import { copyFileSync, mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/*
 * What a power cut may leave of a folder, from the journal of test/fixtures/faulty-disk.c. The disk is taken to promise no more
 * than POSIX does: of a file, what it held when it was last flushed; of a folder, the names it had when the folder itself was
 * flushed. Later changes of a folder may be there, in their order, or not; what was written to a file later may have given it
 * its length, and zeros in place of its bytes.
 */

interface File { kind: 'file', flushed: { path: string } | undefined, flushedSize: number, size: number }
interface Change { number: number, name: string, node: Node | undefined }
interface Folder { kind: 'folder', entries: Map<string, Node>, flushed: Map<string, Node>, pending: Change[] }
type Node = File | Folder

export interface JournalEvent { what: 'file' | 'write' | 'sync' | 'sync-folder' | 'rename' | 'remove' | 'folder' | 'said', path: string, other: string, number: number }

export function readJournal(path: string): JournalEvent[] {
  return readFileSync(path, 'utf8').trimEnd().split('\n').map((line) => {
    const [what, one, other, number] = line.split('\t')
    return { what: what as JournalEvent['what'], path: one!, other: other!, number: Number(number) }
  })
}

/** A folder as it lies on the disk, all of it flushed. */
function lying(path: string): Folder {
  const entries = new Map<string, Node>(readdirSync(path).map((name) => {
    const below = join(path, name)
    const { size } = statSync(below)
    return [name, statSync(below).isDirectory() ? lying(below) : { kind: 'file', flushed: { path: below }, flushedSize: size, size }]
  }))
  return { kind: 'folder', entries, flushed: new Map(entries), pending: [] }
}

/**
 * Writes what a power cut may leave.
 * @param before a copy of the folder as it was before the first event
 * @param root where the program saw the folder
 * @param target a folder to be made
 * @param uniform draws what is lost, 0 to 1
 */
export function writeAfterPowerCut(before: string, root: string, events: readonly JournalEvent[], target: string, uniform: () => number): void {
  const top = lying(before)
  const find = (path: string): Node | undefined => {
    if (path === root) return top
    if (!path.startsWith(`${root}/`)) return undefined
    const parent = find(dirname(path))
    return parent?.kind === 'folder' ? parent.entries.get(basename(path)) : undefined
  }
  let changes = 0
  /** Changes that are there. */
  const reached = new Set<number>()
  const change = (path: string, node: Node | undefined, number: number): void => {
    const parent = path.startsWith(`${root}/`) ? find(dirname(path)) : undefined
    if (parent?.kind !== 'folder') return
    if (node) parent.entries.set(basename(path), node)
    else parent.entries.delete(basename(path))
    parent.pending.push({ number, name: basename(path), node })
  }
  for (const { what, path, other, number } of events) {
    const node = find(path)
    switch (what) {
      case 'file': change(path, { kind: 'file', flushed: undefined, flushedSize: 0, size: 0 }, ++changes); break
      case 'folder': if (path !== root) change(path, { kind: 'folder', entries: new Map(), flushed: new Map(), pending: [] }, ++changes); break
      case 'write': if (node?.kind === 'file') node.size = number; break
      case 'sync': if (node?.kind === 'file') Object.assign(node, { flushed: { path: other }, flushedSize: number, size: number }); break
      case 'sync-folder':
        if (node?.kind !== 'folder') break
        for (const each of node.pending) reached.add(each.number)
        Object.assign(node, { flushed: new Map(node.entries), pending: [] })
        break
      case 'remove': change(path, undefined, ++changes); break
      case 'rename':
        // One change, also between two folders: it is in both or in neither.
        changes++
        change(path, undefined, changes)
        change(other, node, changes)
        break
      case 'said': break
    }
  }
  const choose = (folder: Folder): void => {
    for (const { number } of folder.pending.slice(0, Math.floor(uniform() * (folder.pending.length + 1)))) reached.add(number)
    for (const node of new Set([...folder.entries.values(), ...folder.flushed.values()])) if (node.kind === 'folder') choose(node)
  }
  choose(top)
  const write = (node: Node, path: string): void => {
    if (node.kind === 'folder') {
      const kept = new Map(node.flushed)
      for (const { name, node: other } of node.pending.filter(({ number }) => reached.has(number))) {
        if (other) kept.set(name, other)
        else kept.delete(name)
      }
      mkdirSync(path)
      for (const [name, below] of kept) write(below, join(path, name))
      return
    }
    if (node.flushed) copyFileSync(node.flushed.path, path)
    else writeFileSync(path, '')
    if (node.size !== node.flushedSize && uniform() < 0.5) truncateSync(path, node.size)
  }
  write(top, target)
}
