import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { built } from './graft'
import { sameNumbersThere } from './shared/elsewhere'

/** Whether a machine of Slurm's takes jobs now. Its own daemons need keys and users that a test has no business to make. */
const takesJobs = /^(idle|mixed|allocated)/m.test(spawnSync('sinfo', ['--noheader', '--format=%T'], { encoding: 'utf8', timeout: 20_000 }).stdout ?? '')
if (!takesJobs) console.info('Skipped: no Slurm takes jobs from this machine (sinfo names no machine that is up).')

// In the home, as Slurm's machines share that.
let folder = ''
beforeAll(() => { if (takesJobs) folder = mkdtempSync(join(homedir(), '.graft-slurm-test-')) })
afterAll(() => { if (folder !== '') rmSync(folder, { recursive: true, force: true, maxRetries: 5 }) })

describe.skipIf(!built || !takesJobs)('a study by Slurm (needs npm run build, and a Slurm that takes jobs)', () => {
  it('gives the numbers of home: two short runs', async () => {
    expect(await sameNumbersThere(folder, 'slurm:', 2)).toMatchObject({ engine: expect.stringMatching(/^Slurm /) as string })
  })
})
