import * as fs from 'node:fs/promises'
import { exists } from '../disk/files'
import { takeLock } from './lock'

/** Removes the folder of a download that did not come to its end. @throws `download-running` */
export async function discardFolder(folder: string, title: string): Promise<void> {
  if (!await exists(folder)) return
  const release = await takeLock(`${folder}.lock`, title)
  try {
    await fs.rm(folder, { recursive: true, force: true })
  } finally {
    await release()
  }
}
