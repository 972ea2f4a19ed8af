import type { ExportFormat, ModelFormat as ModelFormatSummary } from '../../contract/models'
import type { ModelFormat, ModelWriter } from './shared/model-format'
import { archiveOf } from './archive'
import { keras3 } from './keras/format-3'
import { keras } from './keras/format-h5'
import { onnx } from './onnx/format'
import { pytorch } from './pytorch/format'
import { safetensors } from './safetensors-format'
import { tfjs } from './tfjs/format'
import { tflite, tfliteInt8 } from './tflite/format'

const single: readonly ModelFormat[] = [
  safetensors,
  pytorch,
  tfjs,
  keras,
  keras3,
  onnx,
  tflite,
  tfliteInt8
]

/** Every model format, in the order in which a path is tried. */
export const modelFormats: readonly ModelFormat[] = [...single, archiveOf(single)]

/** How a format is written. A test holds the contract's list of these against the formats. */
export const writerOf = (id: ExportFormat): ModelWriter => modelFormats.find((format) => format.id === id)!.writer!

/** The catalogue's entry. */
export const formatSummary = ({ id, title, extensions, read, writer }: ModelFormat): ModelFormatSummary =>
  ({ id, title, extensions: [...extensions], canImport: read !== undefined, canExport: writer !== undefined })

export type { FileGraph, LayerRanges, ModelFile, ModelFormat, ModelWriter, NormaliseCode, PossibleModel } from './shared/model-format'
export type { StoredModel } from './shared/stored-network'
