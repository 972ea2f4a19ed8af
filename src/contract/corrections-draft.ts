import { z } from 'zod'
import { labelNextSchema, placeSchema } from './labelling'
import { mendPlanSchema } from './mending'

const decisionSchema = z.discriminatedUnion('do', [
  z.object({ do: z.literal('label'), to: z.string() }), z.object({ do: z.literal('leave-out') }), z.object({ do: z.literal('unsure') })
])
/** What is decided of a picture while labelling. */
export type Decision = z.infer<typeof decisionSchema>

const stepSchema = z.object({ place: placeSchema, at: z.int().min(0), before: decisionSchema.optional() })
/** A decision that can be taken back: of which picture, where it stood, and what was decided of it before. */
export type LabelStep = z.infer<typeof stepSchema>

/** Corrections and labels of a data set that were decided and are not yet made into another, so that they outlive the window. */
export const correctionsDraftSchema = z.object({
  /** With the data set's id and the SHA-256 of its images: the places mean these pictures alone. */
  plan: mendPlanSchema,
  /** Where labelling stands; absent where nothing was labelled. */
  labelling: z.object({
    /** Classes that were named here. */
    added: z.array(z.string().min(1)),
    /** Pictures that nobody was sure of. */
    unsure: z.array(placeSchema),
    /** The pictures that were chosen last, the one that was shown, and what Undo takes back. */
    found: labelNextSchema.optional(),
    at: z.int().min(0),
    history: z.array(stepSchema)
  }).optional()
})
export type CorrectionsDraft = z.output<typeof correctionsDraftSchema>
export const keptDraftSchema = correctionsDraftSchema.extend({ at: z.iso.datetime() })
export type KeptDraft = z.output<typeof keptDraftSchema>
