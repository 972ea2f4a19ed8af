import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, it } from 'vitest'
import { sbom } from './sbom.mjs'

const project = path.resolve(import.meta.dirname, '..', '..')

it('the bill of materials names every library that Graft carries, with its version, licence and hash', async () => {
  const { dependencies } = JSON.parse(await readFile(path.join(project, 'package.json'), 'utf8'))
  const { bomFormat, components } = await sbom(project, { node: '24.21.0', electron: undefined })
  expect(bomFormat).toBe('CycloneDX')
  const named = new Map(components.map((component) => [component.name, component]))
  for (const [name, version] of Object.entries(dependencies)) {
    expect(named.get(name), name).toMatchObject({ version, licenses: [expect.anything()], hashes: [{ alg: 'SHA-512', content: expect.stringMatching(/^[0-9a-f]{128}$/) }] })
  }
  expect(named.get('node')).toMatchObject({ version: '24.21.0' })
  expect(named.has('electron')).toBe(false)
  // Tools of development are not in it.
  for (const name of ['vitest', 'eslint', 'electron-builder']) expect(named.has(name)).toBe(false)
  expect(new Set(components.map(({ purl }) => purl)).size).toBe(components.length)
})

it('the bill of materials says which part needs which, by the version that it gets', async () => {
  const { metadata, components, dependencies } = await sbom(project, { node: '24.21.0' })
  const refs = [metadata.component['bom-ref'], ...components.map((component) => component['bom-ref'])]
  expect(new Set(refs).size).toBe(refs.length)
  for (const { ref, dependsOn } of dependencies) expect(refs, ref).toEqual(expect.arrayContaining([ref, ...dependsOn]))
  const needs = new Map(dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]))
  const { dependencies: own } = JSON.parse(await readFile(path.join(project, 'package.json'), 'utf8'))
  const purls = Object.entries(own).map(([name, version]) => `pkg:npm/${name.replace('@', '%40')}@${version}`)
  expect(needs.get(metadata.component['bom-ref'])?.toSorted()).toEqual([...purls, 'pkg:generic/node@24.21.0'].toSorted())
  // Two packages of one name, each with the one that it was installed with.
  const ofName = (/** @type {string} */ name) => refs.filter((ref) => ref.startsWith(`pkg:npm/${name}@`)).map((ref) => needs.get(ref)?.filter((need) => need.includes('/yallist@')))
  expect(ofName('tar').toSorted()).toEqual([['pkg:npm/yallist@4.0.0'], ['pkg:npm/yallist@5.0.0']])
})
