import { expect, it } from 'vitest'
import { computedDifferently } from './computed-on'

const backend = { kind: 'cpu' as const, library: 'TensorFlow 2.16.1', device: 'A processor', threads: 2 }

it('runs that were computed with different things say so, and with which', () => {
  expect(computedDifferently([])).toBeUndefined()
  expect(computedDifferently([{ backend }, { backend: { ...backend } }, {}])).toBeUndefined()
  const told = computedDifferently([{ backend }, { backend: { ...backend, threads: 8 } }, { backend: { ...backend, library: 'TensorFlow 2.21.0' } }])
  expect(told?.en).toContain('TensorFlow 2.16.1, A processor, 2 threads')
  expect(told?.en).toContain('8 threads')
  expect(told?.en).toContain('TensorFlow 2.21.0')
  expect(told?.zh).toContain('8 线程')
})
