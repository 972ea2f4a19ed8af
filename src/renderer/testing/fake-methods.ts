import { methodSummarySchema, type MethodSummary } from '../../contract/methods'
import { architectureSummarySchema, type ArchitectureSummary } from '../../contract/models'
import catalogue from './catalogue.json'

/** Methods as the engine's catalogue lists them, and one that the sample's data cannot support: test/window-catalogue.test.ts writes them. */
export const fakeMethods: MethodSummary[] = methodSummarySchema.array().parse(catalogue.methods)

export const fakeArchitectures: ArchitectureSummary[] = architectureSummarySchema.array().parse(catalogue.architectures)
