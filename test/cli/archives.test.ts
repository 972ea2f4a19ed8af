import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { zipFile } from '../../src/library/testing'
import { built, graft, type Ended } from './graft'

let folder = ''
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'graft-archives-'))
  const picture = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#40a060' } }).png().toBuffer()
  const entries = ['cat', 'dog'].flatMap((name) => [0, 1, 2].map((index) => ({ name: `${name}/${index}.png`, content: picture })))
  writeFileSync(join(folder, 'pets.zip'), zipFile(entries))
  writeFileSync(join(folder, 'model.keras'), zipFile([{ name: 'config.json', content: Buffer.from('{}') }]))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const command = (...argv: string[]): Promise<Ended> => graft([...argv, '--data-dir', join(folder, 'data')], {
  // Nothing answers there: no test reaches the network.
  env: { HTTPS_PROXY: 'http://127.0.0.1:1', https_proxy: 'http://127.0.0.1:1', HTTP_PROXY: 'http://127.0.0.1:1', http_proxy: 'http://127.0.0.1:1', NO_PROXY: '', no_proxy: '' }
})

/** What the tests of the source cannot see: packages that are loaded when they are needed, as the built program has them. */
describe.skipIf(!built)('the built program (needs npm run build)', () => {
  it('reads a zip archive of pictures', async () => {
    const { code, stdout } = await command('datasets', 'inspect', join(folder, 'pets.zip'), '--json')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ classes: ['cat', 'dog'], total: 6 })
  })

  it('looks into a zipped model', async () => {
    const { code, stderr } = await command('models', 'inspect', join(folder, 'model.keras'))
    expect(code).toBe(1)
    expect(stderr).toMatch(/model\.keras/)
    expect(stderr).not.toMatch(/went wrong|not a function/)
  })

  it('goes to the network for a known data set, and says that it is not reached', async () => {
    const { code, stderr } = await command('datasets', 'get', 'usps')
    expect(code).toBe(1)
    expect(stderr).toMatch(/proxy|connect|reach/i)
    expect(stderr).not.toMatch(/went wrong|not a (function|constructor)/)
  })
})
