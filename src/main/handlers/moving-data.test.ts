import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { chosenLocation } from '../../library/disk'
import { copyDataFolder } from '../../library/relocation'
import { useProgram } from './testing'

const place = useProgram()

describe('moving the data', () => {
  it('copies in a worker, and starts again with what was copied; not while something is under way', async () => {
    vi.stubEnv('GRAFT_DATA_DIR', '')
    for (const name of ['HOME', 'XDG_DATA_HOME', 'APPDATA']) vi.stubEnv(name, join(place.dataDir, '..', `${basename(place.dataDir)}-home`))
    const { handlers, ends, restarts, launched } = place.program()
    const target = await mkdtemp(join(tmpdir(), 'graft-elsewhere-'))
    try {
      await mkdir(join(place.dataDir, 'datasets'), { recursive: true })
      await handlers.app.moveData({ path: target })
      expect(launched).toMatchObject([{ kind: 'move-data', input: { to: target } }])
      await expect(handlers.app.useDataFolder({ path: target })).rejects.toMatchObject({ code: 'jobs-under-way' })
      await copyDataFolder(place.dataDir, target)
      ends[0]!({ kind: 'done', result: { path: target } })
      await vi.waitFor(() => expect(restarts).toEqual(['now']))
      expect(chosenLocation()).toMatchObject({ dataDir: target, before: place.dataDir })
      // Nothing was copied: there is no earlier place to tell of.
      await handlers.app.useDataFolder({ path: target })
      expect(chosenLocation()).toEqual({ schemaVersion: 1, dataDir: target })
    } finally {
      vi.unstubAllEnvs()
      await rm(target, { recursive: true })
      await rm(`${place.dataDir}-home`, { recursive: true, force: true })
    }
  })
})
