import { copyDataFolder } from '../../library/relocation'
import type { Work } from '../work'

export const moveData: Work<'move-data'> = async ({ to }, { dataDir, signal, onProgress }) => {
  await copyDataFolder(dataDir, to, { signal, onProgress })
  return { path: to }
}
