import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { useWorkplace } from '../../library/testing'
import { lenetFile } from '../testing/lenet-file'
import { speak, type Spoken } from '../testing/fake'

const place = useWorkplace()
async function predict(...argv: string[]): Promise<Spoken> {
  await speak(place.library.dataDir, ['models', 'import', await lenetFile(place.folder), '--id', 'net'])
  return speak(place.library.dataDir, ['predict', 'model:net', ...argv])
}

describe('graft serve', () => {
  it('prints its address as soon as it is ready, and that no threshold is known', async () => {
    await speak(place.library.dataDir, ['models', 'import', await lenetFile(place.folder), '--id', 'net'])
    const { code, stdout, stderr } = await speak(place.library.dataDir, ['serve', 'model:net', '--json'])
    expect([code, JSON.parse(stdout)]).toEqual([0, { address: 'http://127.0.0.1:1', model: 'model:net' }])
    expect(stderr).toContain('No threshold is known')
    expect((await speak(place.library.dataDir, ['serve', 'model:net'])).stdout).toBe('http://127.0.0.1:1\n')
  })
  it.each([['--port', '65536'], ['--port', '80a']])('refuses %s %s', async (...flags) => {
    const { code, stderr } = await speak(place.library.dataDir, ['serve', 'model:net', ...flags])
    expect([code, stderr]).toEqual([2, expect.stringContaining('from 0 to 65535')])
  })
})

describe('graft predict --csv', () => {
  it('writes a table, the surest first, and says how it becomes a data set', async () => {
    const csv = join(place.folder, 'out', 'sorted.csv')
    const { code, stdout } = await predict('one.png', 'two.png', '--csv', csv)
    expect(code).toBe(0)
    expect(await fs.readFile(csv, 'utf8')).toBe('\ufefffile,class,answer,confidence,none_of_these,problem,unlike\r\ntwo.png,b,b,0.6000,,,\r\none.png,a,a,0.5000,,,\r\n')
    expect(stdout).toContain(`graft datasets add /pictures --table ${csv}`)
    const { stdout: document } = await predict('one.png', 'two.png', '--csv', `${csv}2`, '--least-sure-first', '--json')
    expect(JSON.parse(document)).toMatchObject({ model: 'model:net', csv: `${csv}2`, folder: '/pictures', pictures: 2, unreadable: 0, files: [{ file: 'one.png' }, { file: 'two.png' }] })
  })

  it('keeps a table that a person may have corrected, and says so before the work', async () => {
    const csv = join(place.folder, 'mine.csv')
    await fs.writeFile(csv, 'corrected')
    await predict('one.png')
    const refused = await speak(place.library.dataDir, ['predict', 'model:net', 'one.png', '--csv', csv], { loadEngine: () => Promise.reject(new Error('asked')) })
    expect([refused.code, refused.stdout]).toEqual([2, ''])
    expect(refused.stderr).toContain(`${csv} is there already and is not written over: name another file with --csv`)
    expect(await fs.readFile(csv, 'utf8')).toBe('corrected')
    expect((await predict('one.png', '--csv', place.folder)).stderr).toContain('is a folder')
  })

  it.each([
    ['a folder without a table', [''], '--csv FILE'],
    ['heat maps in a table', ['', '--csv', 'x.csv', '--grad-cam', 'maps'], 'leave out --grad-cam'],
    ['an order without a table', ['one.png', '--least-sure-first'], 'for the table of --csv']
  ])('refuses %s', async (_what, argv, words) => {
    const { code, stderr } = await predict(...argv.map((word) => word === '' ? place.folder : word))
    expect(code).toBe(2)
    expect(stderr).toContain(words)
  })
})
