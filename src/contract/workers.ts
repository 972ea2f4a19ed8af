import { z } from 'zod'
import { errorValueSchema } from './errors'
import { textSchema } from './text'

/** How many runs are computed at once elsewhere, at most. */
export const slotsSchema = z.int().min(1).max(10_000)

/** Where runs are computed that are not computed on this machine, and how. */
export const placeSchema = z.object({
  /** Address of the head: `http://host:8265` for Ray. */
  on: z.string().min(1).max(500),
  /** The folder that this machine and every node see, through which data and results go. */
  store: z.string().min(1).max(1000),
  /** The same folder as the nodes see it, where that is another path. */
  storeThere: z.string().min(1).max(1000).optional(),
  /** How Graft is called on a node, for its shell; `graft` when absent. */
  program: z.string().min(1).max(1000).optional(),
  /** Runs at once; as many as there is room for when absent. */
  slots: slotsSchema.optional(),
  /** Cores of each run, and threads that it computes with. */
  cores: z.int().min(1).max(1024),
  /** Graphics cards of each run, also a part of one; none when absent. */
  gpus: z.number().min(0).max(64).optional(),
  /** Memory that each run is given, in bytes; not reserved when absent. */
  memoryBytes: z.int().min(1).optional()
})
export type Place = z.infer<typeof placeSchema>

/** A place that is looked at before anything goes there. */
export const checkedPlaceSchema = placeSchema.partial({ cores: true })
export type CheckedPlace = z.infer<typeof checkedPlaceSchema>

/** What the window remembers of that: whether studies go there, and the place as far as it is filled in. */
export const elsewhereSchema = z.object({ use: z.boolean(), place: placeSchema.partial() })
export type Elsewhere = z.infer<typeof elsewhereSchema>

/** What a run's record holds while it is computed elsewhere. */
export const awaySchema = z.object({
  place: placeSchema,
  /** How often it was given out: 0 while it waits here. A lost one is given out again. */
  attempt: z.int().min(0),
  /** Where it is offered: runs of one study at one place, which one job computes one after another. */
  queue: z.string().max(100).optional(),
  /** The job that was handed over for the newest attempt, as the cluster knows it; absent where it only waits for a job that is there. */
  job: z.string().optional(),
  /** How often an attempt was lost: its node went, or its process ended without a result. */
  lost: z.int().min(0).optional(),
  /** It is to begin anew: what an earlier attempt left there is removed before it is given out. */
  fresh: z.literal(true).optional()
})
export type Away = z.infer<typeof awaySchema>

/** What a node says of itself: the answer to `graft workers report`, which the check runs on each. */
export const nodeReportSchema = z.object({
  graft: z.string(),
  host: z.string(),
  platform: z.string(),
  /** What it would compute with: `TensorFlow 2.16.1`, and the processor's or graphics card's name. */
  library: z.string(),
  device: z.string(),
  backend: z.string(),
  threads: z.int(),
  /** Whether it read what this machine left in the folder, and could write beside it. */
  store: z.enum(['seen', 'not-seen', 'read-only', 'not-asked']),
  freeDiskBytes: z.number(),
  freeMemoryBytes: z.number()
})
export type NodeReport = z.infer<typeof nodeReportSchema>

/** One machine of a cluster. */
const nodeSchema = z.object({
  id: z.string(),
  host: z.string(),
  address: z.string(),
  head: z.boolean(),
  cores: z.number(),
  gpus: z.number(),
  memoryBytes: z.number(),
  /** Absent where it did not answer; `problems` then say why. */
  report: nodeReportSchema.optional(),
  /** What is missing for runs to be computed there. */
  problems: z.array(errorValueSchema)
})
export type ClusterNode = z.infer<typeof nodeSchema>

/** What a check of a cluster found. */
export const workersSchema = z.object({
  on: z.string(),
  /** What answered, e.g. `Ray 2.60.0`. */
  engine: z.string(),
  nodes: z.array(nodeSchema),
  /** Runs that can be computed at once, with the cores and cards that each is given. */
  slots: z.int(),
  /** Things worth knowing: nodes that would compute other last digits than this machine. */
  notes: z.array(textSchema)
})
export type Workers = z.infer<typeof workersSchema>
