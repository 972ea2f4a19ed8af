import { z } from 'zod'
import { imageShapeSchema, type ImageShape } from '../../../contract/datasets'
import { normalisationSchema, type ModelSummary, type Normalisation } from '../../../contract/models'
import type { StoredNetwork } from './stored-network'

/** What a file that Graft writes says of a model beside its weights; under the key `graft` wherever the format keeps such things. */
export const factsOf = ({ definition }: Pick<StoredNetwork, 'definition'>, summary: ModelSummary) => ({
  name: summary.name, architecture: definition.architecture, classes: definition.classes, input: definition.input,
  ...(summary.origin?.numberedClasses && { numberedClasses: true }),
  output: 'logits', normalisation: { formula: '(x / 255 - mean) / standardDeviation', ...definition.normalisation }
})

const factsSchema = z.object({
  architecture: z.string(), classes: z.array(z.string()), numberedClasses: z.literal(true).optional(),
  normalisation: normalisationSchema, input: imageShapeSchema
})

/** The same facts read back; nothing where they are not Graft's, and no classes where nobody ever named them. */
export function readFacts(found: unknown): { architecture?: string, normalisation?: Normalisation, classes?: string[], input?: ImageShape } {
  let content = found
  if (typeof found === 'string') {
    try {
      content = JSON.parse(found)
    } catch {
      return {}
    }
  }
  const { numberedClasses, classes, ...facts } = factsSchema.safeParse(content).data ?? {}
  return { ...facts, ...(classes && !numberedClasses && { classes }) }
}
