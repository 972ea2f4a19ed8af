import { z } from 'zod'
import { backendKinds, backendSummarySchema } from './runs'
import { textSchema } from './text'

/** Whether something can be had on this machine; else why not, and what would change that. */
const supportSchema = z.discriminatedUnion('available', [
  z.object({ available: z.literal(true) }),
  z.object({ available: z.literal(false), reason: textSchema, remedy: textSchema.optional() })
])
export type Support = z.infer<typeof supportSchema>

/** Which backends there are, which one runs, why not the better ones, and what would change that. */
export const doctorSchema = z.object({
  chosen: backendSummarySchema,
  backends: z.array(z.object({
    kind: z.enum(backendKinds),
    available: z.boolean(),
    chosen: z.boolean(),
    library: z.string().optional(),
    reason: textSchema.optional(),
    remedy: textSchema.optional(),
    /** The look did not come to its end in its time: the answer may be another one later. */
    overdue: z.boolean().optional()
  })),
  /** Whether training steps can be computed as functions of TensorFlow's; else why not, and what would change that. */
  functions: z.object({ available: z.boolean(), reason: textSchema.optional(), remedy: textSchema.optional() }),
  /** Whether training steps can be computed in bfloat16. Absent where an earlier version looked. */
  bfloat16: supportSchema.optional(),
  versions: z.record(z.string(), z.string()),
  folders: z.object({ data: z.string(), cache: z.string() }),
  freeDiskBytes: z.number(),
  /** The models that come with Graft. */
  models: z.array(z.object({
    id: z.string(), name: z.string(), available: z.boolean(), licence: z.string().optional(), source: z.string().optional(),
    reason: textSchema.optional(), remedy: textSchema.optional()
  }))
})
export type Doctor = z.infer<typeof doctorSchema>

/** What of it the choice of settings goes by: what computes here, and how. */
export const machineSchema = doctorSchema.pick({ chosen: true, backends: true, functions: true, bfloat16: true })
export type Machine = z.infer<typeof machineSchema>
