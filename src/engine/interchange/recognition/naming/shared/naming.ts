import type { Normalisation } from '../../../../../contract/models'
import type { NetworkDefinition } from '../../../../network/definition'
import type { LayerHint } from '../../../shared/model-format'

/** How somebody names the layers of architectures that Graft knows. */
export interface Naming {
  id: string
  /** Whose names these are, for a person. */
  title: string
  architectures: readonly string[]
  /** What the weights of a backbone's layer begin with; undefined for a layer that has no such name. */
  layer(block: string, layer: string, architecture: string): string | undefined
  /** What the weights of the head may begin with. */
  heads: readonly string[]
  /** What such networks compute otherwise than Graft's definition. */
  adapt?(definition: NetworkDefinition, hints: ReadonlyMap<string, LayerHint>): NetworkDefinition
  /** For names that are places in the graph of one file: the places for a network of a certain width. */
  at?(definition: NetworkDefinition): Naming
  /** Of such names: they are whole, with nothing before them. */
  graph?: {
    /** Where the graph goes on otherwise than the architecture, once it was adapted. */
    misfit(): { name: string, found: string, wanted: string } | undefined
    /** Whether convolutions of the file hold the batch normalisations after them. */
    folded: boolean
  }
  /** What such networks are usually fed with, where it is not the architecture's own. */
  normalisation?(channels: number): Normalisation
}

export const defineNaming = (naming: Naming): Naming => naming
