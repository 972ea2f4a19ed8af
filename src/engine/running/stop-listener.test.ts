import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Metric } from '../../contract/runs'
import { stopWish, wishToStop } from '../../library/runs'
import { listenForStop } from './stop-listener'

let folder: string
beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'graft-wish-')) })
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('a wish to stop, left in a run\'s folder by another process', () => {
  it('is heard after its epoch, then at once, and is done with at the end', async () => {
    const told: Metric[] = []
    const { hooks, close } = await listenForStop(folder, { onMetrics: (lines) => told.push(...lines) }, { goesOn: false, everyMilliseconds: 2 })
    expect([hooks.signal?.aborted, hooks.stopAfterEpoch?.aborted]).toEqual([false, false])
    await wishToStop(folder, 'after-epoch')
    await expect.poll(() => hooks.stopAfterEpoch?.aborted).toBe(true)
    expect(hooks.signal?.aborted).toBe(false)
    await wishToStop(folder, 'now')
    await expect.poll(() => hooks.signal?.aborted).toBe(true)
    await close()
    expect(await stopWish(folder)).toBeUndefined()
    // Each is told once, however often it is looked at.
    expect(told).toHaveLength(2)
  })

  it('stands before the run begins, and is void for one that goes on after an end', async () => {
    await wishToStop(folder, 'now')
    const waiting = await listenForStop(folder, {}, { goesOn: false })
    expect(waiting.hooks.signal?.aborted).toBe(true)
    await wishToStop(folder, 'now')
    const resumed = await listenForStop(folder, {}, { goesOn: true })
    expect(resumed.hooks.signal?.aborted).toBe(false)
    await Promise.all([waiting.close(), resumed.close()])
  })

  it('joins the caller\'s own signals, and a damaged wish asks for nothing', async () => {
    await writeFile(join(folder, 'stop.json'), '{')
    const own = new AbortController()
    const { hooks, close } = await listenForStop(folder, { signal: own.signal }, { goesOn: false })
    expect(hooks.signal?.aborted).toBe(false)
    own.abort()
    expect(hooks.signal?.aborted).toBe(true)
    await close()
    await expect(stat(join(folder, 'stop.json'))).rejects.toThrow('ENOENT')
  })
})
