import type { Catalogue } from '../contract/engine'
import { formats } from '../library/intake'
import { architectures, summaryOf } from './architectures'
import { formatSummary, modelFormats } from './interchange'
import { methods, methodSummary } from './methods'

let known: Catalogue | undefined

/** All that can be known of the engine without a backend: methods, architectures, formats. */
export function catalogue(): Catalogue {
  return known ??= {
    methods: methods.map(methodSummary),
    architectures: architectures.map(summaryOf),
    datasetFormats: formats.map(({ id, title, summary }) => ({ id, title, summary })),
    modelFormats: modelFormats.map(formatSummary)
  }
}
