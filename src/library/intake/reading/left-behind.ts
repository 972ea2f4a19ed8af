/** Names of folders and files that systems and programs leave beside a person's own; compared without case. */
const names = new Set([
  '__macosx', 'thumbs.db', 'ehthumbs.db', 'ehthumbs_vista.db', 'desktop.ini', 'icon\r', '@eadir', '@synoeastream', '@tmp', '#recycle', '#snapshot',
  '$recycle.bin', 'recycler', 'system volume information', 'lost+found', 'network trash folder', 'temporary items', '__pycache__'
])

/**
 * Whether a folder or file of this name was left behind by a system or a program (Finder, Explorer, a NAS, Jupyter)
 * rather than put there by a person: hidden ones, too. It is passed over, as if it were not there.
 */
export const isLeftBehind = (name: string): boolean => name.startsWith('.') || name.startsWith('~$') || names.has(name.toLowerCase())
