import { expect, it } from 'vitest'
import { controlStepsWords, stepsWords } from './steps'

const ofControl = (arm: number, twin: number): string => controlStepsWords({ arm, twin }).en

it('the steps of a run and its control are told, with what they mean for the verdict', () => {
  expect(ofControl(400, 400)).toBe('Both took 400 optimiser steps.')
  expect(ofControl(8, 400)).toBe('It took 8 optimiser steps, the control 400: with fewer than 400 a control would not have learned.')
  // 455 steps in ten epochs are 46 each: 460 are as many.
  expect(ofControl(455, 460)).toBe('It took 455 optimiser steps, the control 460.')
  expect(ofControl(2110, 400)).toBe('It took 2,110 optimiser steps, the control 400: longer training alone may make a difference.')
  expect(ofControl(0, 400)).toBe('It takes no optimiser steps; the control took 400.')
  expect(controlStepsWords({ arm: 8, twin: 400 }).zh).toContain('对照训练了 400 步')
})

it('so are those of any two runs', () => {
  expect(stepsWords(400, 402).en).toBe('Optimiser steps: 402 against 400.')
  for (const [first, second] of [[400, 2000], [2000, 400]] as const) expect(stepsWords(first, second).en).toContain('longer training alone')
  // A forest takes none.
  expect(stepsWords(400, 0).en).toBe('Optimiser steps: 0 against 400.')
})
