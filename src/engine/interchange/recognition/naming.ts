import { architectures, type LayerNames } from '../../architectures'
import type { Step } from '../shared/file-graph'
import type { NetworkDefinition } from '../../network/definition'

/** How somebody names the layers of architectures that Graft knows. */
export interface Naming extends Omit<LayerNames, 'layer'> {
  architectures: readonly string[]
  layer(block: string, layer: string, architecture: string): string | undefined
  /** For names that are places in the graph of one file: the places for a network of a certain width. */
  at?(definition: NetworkDefinition): Naming
  /** Of such names: they are whole, with nothing before them. */
  graph?: {
    /** Where the graph goes on otherwise than the architecture, once it was adapted. */
    misfit(): { name: string, found: string, wanted: string } | undefined
    /** Whether convolutions of the file hold the batch normalisations after them. */
    folded: boolean
    /** Whether every step is told: then a layer without an offset has none. */
    whole?: boolean
    /** The steps after the backbone, where the file tells them. */
    head?: readonly Step[]
    /** The step after the backbone that keeps its head from being read. */
    odd?: Step
    /** The layer at which the file leaves the architecture, where it does so before the architecture's end. */
    stop?: { block: string, layer: string }
  }
}

/** Graft's own files, in every format it writes. */
export const graftNames: Naming = {
  id: 'graft', title: 'Graft', architectures: architectures.map(({ id }) => id), heads: ['head.dense'],
  layer: (block, layer) => `${block}.${layer}`
}

/** Every way of naming that is recognised: Graft's own, and those that each architecture's file says. */
export const namings: readonly Naming[] = [
  graftNames, ...architectures.flatMap(({ id, names = [] }) => names.map((each): Naming => ({ ...each, architectures: [id] })))
]
