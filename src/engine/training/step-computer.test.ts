import { describe, expect, it } from 'vitest'
import { refuseFunctions } from '../runtime/functions'
import { whyNoFunctions } from '../runtime/functions/why-not'
import { openStepComputer } from './step-computer'

describe('how steps are computed', () => {
  it('operation by operation where nobody asks for more', async () => {
    const computer = await openStepComputer({ functions: false, precision: 'float32' })
    expect(computer.compute(() => 3)).toBe(3)
    expect(computer.computation).toEqual({ steps: 'operations' })
  })

  it('operation by operation where functions are asked for and cannot be, and the record says why', async () => {
    refuseFunctions(whyNoFunctions.noAddition)
    const computer = await openStepComputer({ functions: true, precision: 'float32' })
    expect(computer.compute(() => 3)).toBe(3)
    expect(computer.computation).toEqual({ steps: 'operations', reason: whyNoFunctions.noAddition.reason })
  })

  it('not at all where bfloat16 is asked for and cannot be: nothing takes its place', async () => {
    refuseFunctions(whyNoFunctions.noAddition)
    const asked = { functions: true, precision: 'bfloat16' as const }
    await expect(openStepComputer(asked)).rejects.toMatchObject({ code: 'no-bfloat16', value: { field: 'training.precision', message: { en: expect.stringContaining('without Graft\'s addition') as string } } })
    await expect(openStepComputer({ ...asked, functions: false })).rejects.toMatchObject({ code: 'no-bfloat16' })
    // A run that began in float32 goes on so.
    expect((await openStepComputer(asked, { steps: 'operations' })).computation).toEqual({ steps: 'operations' })
  })

  it('as its record says where a run goes on', async () => {
    const before = { steps: 'operations' as const, reason: { en: 'It began so.', zh: '开始时如此。' } }
    expect((await openStepComputer({ functions: true, precision: 'float32' }, before)).computation).toEqual(before)
  })
})
