import type { ModelFormat as ModelFormatSummary } from '../../contract/models'
import type { ModelFormat } from './_model-format'
import { pytorch } from './pytorch-format'
import { safetensors } from './safetensors-format'
import { tfjs } from './tfjs-format'

/** Every model format, in the order in which a path is tried. */
export const modelFormats: readonly ModelFormat[] = [
  safetensors,
  pytorch,
  tfjs
]

/** The catalogue's entry. */
export const formatSummary = ({ id, title, extensions, read, write }: ModelFormat): ModelFormatSummary =>
  ({ id, title, extensions: [...extensions], canImport: read !== undefined, canExport: write !== undefined })
