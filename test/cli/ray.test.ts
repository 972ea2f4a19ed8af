import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { built } from './graft'
import { sameNumbersThere } from './shared/elsewhere'
import { findRay, startHead, type Head } from './shared/ray'

const ray = findRay()
if (ray === undefined) console.info('Skipped: Ray is not on this machine (GRAFT_RAY, a virtual environment in the cache folder’s ray/, or the path).')

let folder = ''
let head: Head | undefined
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'graft-ray-')) })
afterAll(async () => {
  await head?.stop()
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
})

describe.skipIf(!built || ray === undefined)('a study on a Ray cluster (needs npm run build, and Ray)', () => {
  it('gives the numbers of home: four short runs on a local head', async ({ skip }) => {
    const started = await startHead(ray!).catch((error: Error) => error)
    if (started instanceof Error) {
      console.info(`Skipped: ${started.message}`)
      return skip('Ray does not start on this machine')
    }
    head = started
    expect(await sameNumbersThere(folder, head.address, 4)).toMatchObject({
      engine: expect.stringMatching(/^Ray /) as string, slots: 2, nodes: [{ cores: 2, problems: [], report: { store: 'seen' } }]
    })
  })
})
