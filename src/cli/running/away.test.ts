import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openLibrary } from '../../library'
import { stopWish, wishToStop } from '../../library/runs'
import { awayRuns } from '../../remote/testing'
import { sendAway } from './away'

it('the same command goes on cancelling what is out, takes other wishes back, and says what stays at another place', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'graft-send-away-'))
  try {
    const library = openLibrary(folder)
    const ids = await awayRuns(library, 'http://127.0.0.1:1', '/mnt/shared', 2)
    await library.runs.update(ids[1]!, ({ away: _away, ...run }) => ({ ...run, state: 'cancelled' }))
    for (const id of ids) await wishToStop(library.runs.paths(id).folder, 'now')
    const said: string[] = []
    const place = { on: 'http://127.0.0.1:2', store: '/mnt/other', cores: 2 }
    await sendAway({ library, notice: ({ en }) => { said.push(en) } }, await Promise.all(ids.map((id) => library.runs.get(id))), place)
    expect(await Promise.all(ids.map((id) => stopWish(library.runs.paths(id).folder)))).toEqual(['now', undefined])
    expect((await library.runs.get(ids[0]!)).away?.place.on).toBe('http://127.0.0.1:1')
    expect((await library.runs.get(ids[1]!)).away?.place).toEqual(place)
    expect(said).toEqual([expect.stringContaining('http://127.0.0.1:1')])
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
})
