import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { text, useProgram } from './testing'

const place = useProgram()

describe('what is dropped', () => {
  it('is data at once where nothing has the ending of a model, and is left to a worker where something has', async () => {
    const pictures = join(place.dataDir, 'pictures')
    await mkdir(pictures)
    await writeFile(join(pictures, 'cat.png'), '')
    const { handlers, ends, jobs } = place.program()
    expect(await handlers.app.tellApart({ paths: [pictures] })).toEqual({ kind: 'dataset' })
    expect(await handlers.app.tellApart({ paths: ['/photos/a.png', '/photos/b.png'] })).toEqual({ kind: 'dataset' })
    expect(await handlers.app.tellApart({ paths: ['/photos/gone'] })).toEqual({ kind: 'dataset' })
    expect(jobs.list()).toEqual([])
    const asked = handlers.app.tellApart({ paths: ['/models/net.PTH'] })
    await expect.poll(() => ends).toHaveLength(1)
    ends[0]?.({ kind: 'done', result: { kind: 'model', path: '/models/net.PTH' } })
    expect(await asked).toEqual({ kind: 'model', path: '/models/net.PTH' })
    await writeFile(join(pictures, 'data_batch_1.bin'), '')
    const folder = handlers.app.tellApart({ paths: [pictures] })
    await expect.poll(() => ends).toHaveLength(2)
    ends[1]?.({ kind: 'failed', error: { code: 'not-permitted', message: text('no') } })
    await expect(folder).rejects.toMatchObject({ code: 'not-permitted' })
  })
})
