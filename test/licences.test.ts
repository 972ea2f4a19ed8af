import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { libraries } from '../src/renderer/features/settings/licences'

const root = resolve(__dirname, '..')
const read = (path: string): Record<string, unknown> => JSON.parse(readFileSync(join(root, path), 'utf8')) as Record<string, unknown>

describe('the licences in the window', () => {
  it('name every library that Graft carries', () => {
    const carried = Object.keys(read('package.json').dependencies as Record<string, string>)
    expect(libraries.map(({ name }) => name)).toEqual(expect.arrayContaining(carried))
  })

  it('are the ones the libraries state themselves', () => {
    for (const { name, licence } of libraries) {
      expect([name, read(`node_modules/${name}/package.json`).license]).toEqual([name, licence])
    }
  })
})

it('the licence of OpenJPEG, which its package does not bring, goes with the program', () => {
  const text = readFileSync(join(root, 'resources/installer/licences/OPENJPEG.txt'), 'utf8')
  // Its second condition: whoever passes on a binary passes on the notice, the conditions and the disclaimer.
  for (const part of ['Universite catholique de Louvain', 'Redistributions in binary form', 'AS IS', 'Open Health Imaging Foundation']) expect(text).toContain(part)
})
