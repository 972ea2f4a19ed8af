import { z } from 'zod'
import { idSchema } from './datasets'
import { modelRefSchema } from './models'
import { deviceSchema } from './runs'
import { textSchema } from './text'

/** What is held against what before a transfer: no label of the target is read. */
export const xrayWantedSchema = z.object({
  source: modelRefSchema,
  /** The data that the source learned from; those of a run are known. */
  sourceData: idSchema.optional(),
  /** Domains of them alone. */
  sourceDomains: z.array(z.string()).min(1).optional(),
  target: idSchema,
  /** The one domain of the target that is the target; a source of the same data set leaves it out. */
  domain: z.string().optional(),
  seed: z.int().default(1),
  device: deviceSchema.default('auto')
})
export type XrayWanted = z.input<typeof xrayWantedSchema>
export type XrayRequest = z.output<typeof xrayWantedSchema>

const xrayFindingSchema = z.object({
  id: z.enum(['classes', 'distance', 'shares', 'polarity', 'border', 'colour', 'size', 'no-source-data', 'layers', 'domains']),
  /** `same`: nothing differs here. */
  level: z.enum(['warning', 'note', 'same']),
  title: textSchema,
  /** What was seen and what it means. */
  text: textSchema,
  /** What to do. */
  remedy: textSchema.optional()
})
export type XrayFinding = z.infer<typeof xrayFindingSchema>

/** A distance, and the same between two halves of the source's pictures: what chance alone makes. */
const distanceSchema = z.object({ value: z.number(), halves: z.number() })

const distancesSchema = z.object({
  mmd: distanceSchema, coral: distanceSchema,
  /** 2 · (1 − 2 · error) of a rule that tells the two apart, in [0, 2], and how often that rule is right. */
  aDistance: z.number(), toldApart: z.number()
})
export type Distances = z.infer<typeof distancesSchema>
const layerSchema = distancesSchema.extend({ block: z.string(), title: z.string() })
export type LayerDistance = z.infer<typeof layerSchema>
const domainDistanceSchema = distancesSchema.extend({ first: z.string(), second: z.string() })
export type DomainDistance = z.infer<typeof domainDistanceSchema>

/** How a target differs from what a source learned from. */
export const xraySchema = z.object({
  wanted: xrayWantedSchema,
  names: z.object({ source: z.string(), target: z.string(), sourceData: z.string().optional() }),
  findings: z.array(xrayFindingSchema),
  /** Of the source's features; absent where it is not known what it learned from. */
  distances: distancesSchema.optional(),
  /** The same after blocks before the last, in their order, each with what it means. */
  layers: z.array(layerSchema.extend({ text: textSchema })).optional(),
  /** The same between each two domains of the target's data set. */
  domains: z.array(domainDistanceSchema).optional(),
  /** Share of each of the target's classes: in the data that the source learned from, and in the target as estimated. */
  shares: z.array(z.object({ class: z.string(), source: z.number(), estimated: z.number() })).optional(),
  /** Pictures that were looked at. */
  looked: z.object({ target: z.int(), source: z.int() }),
  cached: z.boolean(),
  seconds: z.number(),
  at: z.iso.datetime()
})
export type Xray = z.infer<typeof xraySchema>

export const xrayPhases = ['starting', 'loading', 'features', 'comparing'] as const
export type XrayPhase = (typeof xrayPhases)[number]
