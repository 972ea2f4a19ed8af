import { architectureOf, architectures } from '../../architectures'
import { GraftError } from '../../../contract/errors'
import type { Step } from '../file-graph'
import type { Architecture } from '../../architectures/_architecture'
import { align, alignKinds, asInFile, type Alignment, type Misfit } from '../graph-order'
import { defineNaming, type Naming } from './_naming'

/** The layers of one file by their places in its graph, whatever they are called. */
export const graphOrder = (steps: readonly Step[]): Naming => inOrder('graph order', (architecture) => align(architecture, steps))

/** The same of a file that only lists its layers with weights. */
export const listOrder = (steps: readonly Step[]): Naming => inOrder('list order', (architecture) => alignKinds(architecture, steps))

function inOrder(title: string, alignWith: (architecture: Architecture) => Alignment): Naming {
  const alignments = new Map<string, Alignment>()
  const alignmentOf = (architecture: string): Alignment => {
    const known = alignments.get(architecture) ?? alignWith(architectureOf(architecture))
    alignments.set(architecture, known)
    return known
  }
  const misfits = new Map<string, Misfit | undefined>()
  return defineNaming({
    id: 'graph-order',
    title,
    architectures: architectures.map(({ id }) => id),
    layer: (block, layer, architecture) => alignmentOf(architecture).pairs.get(`${block}.${layer}`)?.layer,
    heads: [],
    adapt: (definition) => {
      try {
        const said = asInFile(definition, alignmentOf(definition.architecture))
        misfits.set(definition.architecture, said.misfit)
        return said.definition
      } catch (error) {
        // Images too small for this architecture: then it is another one, and its own shapes say so.
        if (error instanceof GraftError) return definition
        throw error
      }
    },
    graph: {
      head: (architecture) => alignmentOf(architecture).head?.layer,
      misfit: (architecture) => {
        const { reason } = alignmentOf(architecture)
        return reason ? { name: reason.found.name, found: reason.found.operator, wanted: reason.wanted } : misfits.get(architecture)
      },
      folded: (architecture) => alignmentOf(architecture).folded.size > 0
    }
  })
}
