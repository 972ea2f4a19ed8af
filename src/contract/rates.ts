import { z } from 'zod'
import { specSchema } from './runs'
import { textSchema } from './text'

/** A learning-rate range test of a transfer: the spec as it would be started. Its own rate is not used, but to be shown beside the others. */
export const ratesWantedSchema = z.object({ spec: specSchema })
export type RatesWanted = z.output<typeof ratesWantedSchema>

/** How a range test ended: at its last step, because the loss had risen, or because it was no number any more. */
const ratesEnds = ['whole', 'risen', 'no-number'] as const

/** What a range test found. Nothing was kept of what was learned meanwhile. */
export const triedRatesSchema = z.object({
  /** Of each step its rate and the loss, smoothed. */
  points: z.array(z.object({ rate: z.number(), loss: z.number() })),
  end: z.enum(ratesEnds),
  /** Rates that it proposes (fastai's `valley` and `steep`); absent where the loss fell nowhere. */
  proposed: z.object({ valley: z.number(), steep: z.number() }).optional(),
  /** The rate that the spec had. */
  rate: z.number(),
  optimizer: z.string(),
  /** The stage that was tried, where the method has several. */
  stage: textSchema.optional(),
  seconds: z.number()
})
export type TriedRates = z.infer<typeof triedRatesSchema>

export const ratesPhases = ['starting', 'loading', 'features', 'trying'] as const
export type RatesPhase = (typeof ratesPhases)[number]
