import { GraftError } from '../../../contract/errors'
import { architectureOf, architectures, definitionOf } from '../../architectures'
import type { NetworkDefinition } from '../../network/definition'
import type { Step } from '../shared/file-graph'
import { align, alignKinds, asInFile, type Alignment, type Misfit } from './graph-order'
import type { Naming } from './naming'

/** The layers of one file by their places in its graph, whatever they are called. */
export const graphOrder = (steps: readonly Step[]): Naming => inOrder('graph order', true, (definition) => align(definition, steps))

/** The same of a file that only lists its layers with weights. */
export const listOrder = (steps: readonly Step[]): Naming => inOrder('list order', false, (definition) => alignKinds(definition, steps))

/** Before a width is known, that of an architecture's default stands for all: they begin alike. */
function inOrder(title: string, whole: boolean, alignWith: (definition: NetworkDefinition) => Alignment): Naming {
  const defaults = new Map<string, Naming>()
  const usual = (id: string): Naming => {
    const architecture = architectureOf(id)
    const known = defaults.get(id) ?? placed(title, whole, alignWith(definitionOf(architecture, architecture.defaultInput, ['0'])))
    defaults.set(id, known)
    return known
  }
  return {
    id: 'graph-order', title, architectures: architectures.map(({ id }) => id), heads: [],
    layer: (block, layer, architecture) => usual(architecture).layer(block, layer, architecture),
    at: (definition) => placed(title, whole, alignWith(definition))
  }
}

function placed(title: string, whole: boolean, alignment: Alignment): Naming {
  const { pairs, folded, head, unsaid: odd, reason, stop } = alignment
  const [answer, more] = head
  let unsaid: Misfit | undefined
  return {
    id: 'graph-order', title, architectures: [], // The head of a network that is cut is none of the architecture's.
    heads: answer?.layer === undefined || more || stop ? [] : [answer.layer],
    layer: (block, layer) => pairs.get(`${block}.${layer}`)?.layer,
    adapt: (definition) => {
      try {
        const said = asInFile(definition, alignment)
        unsaid = said.misfit
        return said.definition
      } catch (error) {
        // Images too small for this architecture: then it is another one, and its own shapes say so.
        if (error instanceof GraftError) return definition
        throw error
      }
    },
    graph: {
      misfit: () => reason ? { name: reason.found.name, found: reason.found.operator, wanted: reason.wanted } : unsaid,
      whole, folded: folded.size > 0, head, ...(odd && { odd }), ...(stop && { stop })
    }
  }
}
