import { z } from 'zod'
import { datasetFormatSchema } from './datasets'
import { methodSummarySchema } from './methods'
import { architectureSummarySchema, modelFormatSchema } from './models'

/** All that can be known of the engine without starting it; written by the build, read by main. */
export const catalogueSchema = z.object({
  methods: z.array(methodSummarySchema),
  architectures: z.array(architectureSummarySchema),
  datasetFormats: z.array(datasetFormatSchema),
  modelFormats: z.array(modelFormatSchema)
})
export type Catalogue = z.infer<typeof catalogueSchema>
