import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'

// What takes long to load must not be loaded before a command needs it.
vi.mock('@tensorflow/tfjs-core', () => { throw new Error('TensorFlow.js was loaded') })
vi.mock('@tensorflow/tfjs-layers', () => { throw new Error('TensorFlow.js was loaded') })
vi.mock('sharp', () => { throw new Error('sharp was loaded') })
vi.mock('h5wasm', () => { throw new Error('h5wasm was loaded') })
vi.mock('protobufjs', () => { throw new Error('protobufjs was loaded') })
vi.mock('node:http', () => { throw new Error('node:http was loaded') })
vi.mock('node:https', () => { throw new Error('node:https was loaded') })

it('graft doctor answers without TensorFlow.js, and every command is known without it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'graft-startup-'))
  try {
    await import('./program')
    const { diagnose } = await import('../engine/doctor')
    const { backends, versions } = await diagnose(folder, folder)
    expect(backends.map(({ kind }) => kind)).toEqual(['gpu', 'cpu', 'wasm'])
    expect(versions['tensorflowJs']).toMatch(/^4\./)
    // A loaded one would have been noticed.
    await expect(import('protobufjs')).rejects.toThrow()
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
