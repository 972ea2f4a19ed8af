import type { TrainingSettings } from '../../contract/training'

export type ScheduleSettings = Pick<
  TrainingSettings, 'learningRate' | 'schedule' | 'stepEpochs' | 'stepFactor' | 'warmupEpochs'
>

/**
 * The learning rate of a step, before the factor of a group. It depends on the position alone, so a resumed run goes on
 * exactly. Warm-up rises linearly, by `(step + 1) / warm-up steps`: the first step already moves, and the last step of
 * the warm-up has the full rate. Cosine then falls to 0 at the end of the last step (Loshchilov & Hutter 2017, one
 * cycle). Decay steps are counted in epochs from the start, warm-up included. Inverse decay is the one of domain
 * adaptation, `(1 + 10 · progress)^−0.75` (Ganin et al. 2016, section 5.2.2).
 * @param step steps done before this one, from 0
 * @param stepsPerEpoch steps of one epoch
 * @param steps steps of the whole stage
 */
export function learningRateAt(settings: ScheduleSettings, step: number, stepsPerEpoch: number, steps: number): number {
  const { learningRate, schedule, stepEpochs, stepFactor, warmupEpochs } = settings
  const warmupSteps = Math.round(warmupEpochs * stepsPerEpoch)
  if (step < warmupSteps) return learningRate * (step + 1) / warmupSteps
  const progress = Math.min(1, (step - warmupSteps) / Math.max(1, steps - warmupSteps))
  switch (schedule) {
    case 'constant': return learningRate
    case 'step': return learningRate * stepFactor ** Math.floor(Math.floor(step / stepsPerEpoch) / stepEpochs)
    case 'cosine': return learningRate * (1 + Math.cos(Math.PI * progress)) / 2
    case 'inverse': return learningRate * (1 + 10 * progress) ** -0.75
  }
}
