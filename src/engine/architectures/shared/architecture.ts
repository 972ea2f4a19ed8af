import type { ImageShape } from '../../../contract/datasets'
import type { ArchitectureSummary, Normalisation } from '../../../contract/models'
import { parametersSchema, type Parameters, type ValuesOf } from '../../../contract/parameters'
import { GraftError } from '../../../contract/errors'
import type { Text } from '../../../contract/text'
import { hasBatchNormalisation, outputsOf } from '../../../library/models'
import type { Block, NetworkDefinition } from '../../network/definition'
import { outputBytes } from '../../network/liveness'
import { multiplyCount, parameterCounts, weightShapes } from '../../network/shapes'
import type { LayerNames } from './layer-names'

/** What an architecture's file says. */
export interface Architecture<P extends Parameters = Parameters> {
  id: string
  title: Text
  summary: Text
  /** Paper, year. */
  reference: string
  defaultInput: ImageShape
  /** Input normalisation of a freshly made network. */
  normalisation(channels: number): Normalisation
  /** Width, depth and the like. */
  parameters: P
  /** How others name its layers, so that their files are recognised; Graft's own names need no saying. */
  names?: readonly LayerNames[]
  build(input: ImageShape, classes: number, options: ValuesOf<P>): { blocks: Block[], head: Block }
}

export function defineArchitecture<const P extends Parameters>(architecture: Architecture<P>): Architecture<P> {
  return architecture
}

/** The network of an architecture for these images and classes. */
export function definitionOf<P extends Parameters>(
  architecture: Architecture<P>, input: ImageShape, classes: readonly string[], options: Record<string, unknown> = {}
): NetworkDefinition {
  const values = parametersSchema(architecture.parameters).parse(options)
  return {
    architecture: architecture.id,
    options: values as NetworkDefinition['options'],
    input,
    normalisation: architecture.normalisation(input[2]),
    classes: [...classes],
    ...architecture.build(input, classes.length, values)
  }
}

/** The catalogue's entry: blocks and parameters at the default input with ten classes. */
export function summaryOf(architecture: Architecture): ArchitectureSummary {
  const classes = Array.from({ length: 10 }, (_, index) => String(index))
  const definition = definitionOf(architecture, architecture.defaultInput, classes)
  const counts = parameterCounts(definition)
  const gives = outputsOf(definition)
  return {
    id: architecture.id,
    title: architecture.title,
    summary: architecture.summary,
    reference: architecture.reference,
    defaultInput: architecture.defaultInput,
    blocks: counts.slice(0, -1).map(({ block, title, parameters }, index) => ({ name: block, title, parameters, gives: gives[index]! })),
    parameters: counts.reduce((sum, { parameters }) => sum + parameters, 0),
    multiplyAdds: multiplyCount(definition),
    outputBytes: outputBytes(definition),
    batchNormalisation: hasBatchNormalisation(definition),
    options: architecture.parameters,
    smallestSide: smallestSideOf(architecture)
  }
}

/** Windows shrink each side on its own, and a longer side never to less: one number says which images are too small. */
function smallestSideOf(architecture: Architecture): number {
  let side = 1
  while (!takes(architecture, side)) side++
  return side
}

function takes(architecture: Architecture, side: number): boolean {
  try {
    weightShapes(definitionOf(architecture, [side, side, architecture.defaultInput[2]], ['0', '1']))
    return true
  } catch (error) {
    if (error instanceof GraftError && error.code === 'image-too-small') return false
    throw error
  }
}
