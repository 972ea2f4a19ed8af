import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { expect, it } from 'vitest'
import { stageGraphRuntime } from './graph-runtime.mjs'
import { systems } from './systems.mjs'

const project = path.join(import.meta.dirname, '..', '..')

it.each(Object.values(systems).filter(({ withoutGraphs }) => !withoutGraphs))('a package for $target carries ONNX Runtime for that system alone', async ({ target }) => {
  const to = await mkdtemp(path.join(os.tmpdir(), 'graft-graphs-'))
  try {
    await stageGraphRuntime({ project, target, to })
    const [system = '', processor = ''] = target.split('-')
    const binaries = path.join(to, 'onnxruntime-node', 'bin', 'napi-v6')
    expect(await readdir(binaries)).toEqual([system])
    expect(await readdir(path.join(binaries, system))).toEqual([processor])
    expect(await readdir(path.join(binaries, system, processor))).toEqual(
      expect.arrayContaining(['onnxruntime_binding.node', expect.stringMatching(/^(lib)?onnxruntime\.(so\.1|dll|1\.dylib)$/)])
    )
    expect(JSON.parse(await readFile(path.join(to, 'onnxruntime-node', 'package.json'), 'utf8')).license).toBe('MIT')
    await expect(stageGraphRuntime({ project, target: 'plan9-vax', to })).rejects.toThrow(/plan9-vax/)
  } finally {
    await rm(to, { recursive: true })
  }
})
