import { describe, expect, it } from 'vitest'
import { method, spec } from '../specs/testing'
import { bfloat16Of, bfloat16With, checkPrecision } from './bfloat16'

const cpuinfo = (flags: string): string => `processor\t: 0\nmodel name\t: A processor\nflags\t\t: fpu ${flags} sse2\nbugs\t\t: avx512_bf16\n`

describe('whether a processor has bfloat16', () => {
  it('is told by its flags, on Linux', () => {
    expect(bfloat16Of('linux', 'x64', cpuinfo('avx512f avx512_bf16'))).toEqual({ available: true })
    expect(bfloat16Of('linux', 'x64', cpuinfo('amx_bf16 amx_tile'))).toEqual({ available: true })
    expect(bfloat16Of('linux', 'x64', cpuinfo('avx512f avx512_bf16x'))).toMatchObject({ available: false, reason: { en: expect.stringContaining('no instructions') as string } })
    expect(bfloat16Of('linux', 'x64', '')).toMatchObject({ available: false })
  })

  it('is not guessed elsewhere', () => {
    expect(bfloat16Of('win32', 'x64', '')).toMatchObject({ reason: { en: 'Only on Linux can Graft tell whether the processor has it.' } })
    expect(bfloat16Of('darwin', 'arm64', '')).toMatchObject({ reason: { en: 'TensorFlow computes it on x86-64 processors alone.' } })
  })

  it('says nothing where steps cannot be functions: then there is none', () => {
    const reason = { en: 'No functions.', zh: '无函数。' }
    expect(bfloat16With({ available: false, reason }, { available: true })).toEqual({ available: false, reason })
    expect(bfloat16With({ available: true }, { available: true })).toEqual({ available: true })
  })
})

describe('a spec that asks for bfloat16', () => {
  const fineTuning = method('fine-tuning')
  const asked = (training: { functions?: boolean, precision?: 'float32' }, device: 'auto' | 'gpu' | 'cpu' | 'wasm' = 'auto') => {
    const { training: usual, ...rest } = spec({ device })
    return { ...rest, training: { ...usual, functions: true, precision: 'bfloat16' as const, ...training } }
  }
  const reasons = (...given: Parameters<typeof checkPrecision>): string[] => checkPrecision(...given).map(({ field, message }) => `${field}: ${message.en}`)

  it('starts where steps are functions and the processor has it, or nobody knows', () => {
    expect(reasons(fineTuning, asked({}), { available: true })).toEqual([])
    expect(reasons(fineTuning, asked({}))).toEqual([])
    expect(reasons(fineTuning, asked({ precision: 'float32' }), bfloat16Of('win32', 'x64', ''))).toEqual([])
  })

  it('is refused with one sentence elsewhere', () => {
    const start = 'training.precision: The training steps cannot be computed in bfloat16.'
    expect(reasons(fineTuning, asked({ functions: false }), { available: true })).toEqual([`${start} That needs steps as functions, and these are computed operation by operation.`])
    expect(reasons(fineTuning, asked({}, 'wasm'), { available: true })).toEqual([`${start} It is computed on processors alone.`])
    expect(reasons(fineTuning, asked({}, 'gpu'), { available: true })).toEqual([`${start} It is computed on processors alone.`])
    expect(reasons(fineTuning, asked({}), bfloat16Of('linux', 'x64', cpuinfo('avx512f'))))
      .toEqual([`${start} The processor has no instructions for it (AVX-512 BF16 or AMX), so it would be slower than float32.`])
  })

  it('is told all that is in the way, by the settings’ titles, each with what to do', () => {
    const found = checkPrecision(fineTuning, asked({ functions: false }, 'wasm'), bfloat16Of('win32', 'x64', ''))
    expect(found.map(({ remedy }) => remedy?.en)).toEqual([
      'Switch on “Steps as functions” (--functions true), or choose float32.', 'Choose the processor as the device, or float32.', 'Choose float32 as the precision.'
    ])
    expect(found[0]!.remedy!.zh).toBe('请打开“整步作为函数”（--functions true），或选择 float32。')
    expect(new Set(found.map(({ message }) => message.en)).size).toBe(3)
  })

  it('says nothing to a method that takes no steps', () => {
    expect(reasons(method('svm', { recipe: { noSteps: true } }), asked({ functions: false }), { available: true })).toEqual([])
  })
})
