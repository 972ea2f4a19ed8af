import { join } from 'node:path'
import { expect, it } from 'vitest'
import { installedRuntime, samplesFolder } from './places'

it('samples and runtime lie beside an installed program, and elsewhere in a checkout', () => {
  const engine = join('/opt', 'Graft', 'resources', 'engine')
  expect(samplesFolder(engine, () => true)).toBe(join('/opt', 'Graft', 'resources', 'samples'))
  expect(installedRuntime(engine, () => true)).toBe(join('/opt', 'Graft', 'resources', 'runtime'))

  const out = join('/project', 'out', 'engine')
  expect(samplesFolder(out, () => false)).toBe(join('/project', 'resources', 'samples'))
  expect(installedRuntime(out, () => false)).toBeUndefined()
})
