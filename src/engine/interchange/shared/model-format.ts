import type { ImageShape } from '../../../contract/datasets'
import type { ModelFormat as ModelFormatSummary, ModelSummary, Normalisation, Remark, UsualNormalisation } from '../../../contract/models'
import type { LayerHint } from '../../architectures'
import type { Step } from './file-graph'
import type { GraphRuntime } from '../../network/graph-runtimes'
import type { RunnableGraph } from './runnable-graph'
import type { ReadLimits } from '../../safetensors/limits'
import type { StoredModel } from './stored-network'

/** Numbers of a model file, brought to 32 bits. */
export interface FileTensor { shape: readonly number[], data: Float32Array }

/**
 * How the numbers of kernels lie. `tensorflow`: convolutions [height, width, in, out], depthwise [height, width, channels, 1],
 * dense [in, out], images flattened as [height, width, channels]. `pytorch`: convolutions [out, in, height, width], depthwise
 * [channels, 1, height, width], dense [out, in], images flattened as [channels, height, width].
 */
export type KernelLayout = 'tensorflow' | 'pytorch'

/** A graph that can be run as it is. @property open once its runtime is ready; whoever opens it closes its session */
export interface FileGraph { runtime: GraphRuntime, open(): Promise<RunnableGraph> }

/** A model file as it was read: every tensor by its name, and what else the file says. Nothing of it is trusted to fit. */
export interface ModelFile {
  /** In the file's order. The last part of a name, after its last `.` or `/`, says which weight it is: `conv1/kernel`, `bn1.weight`. */
  tensors: ReadonlyMap<string, FileTensor>
  layout: KernelLayout
  hints: {
    /** An architecture's id, where the file names one of Graft's. */
    architecture?: string
    input?: ImageShape
    normalisation?: Normalisation
    /** What is usual for files of this kind, where neither it nor a person says it. */
    usual?: UsualNormalisation
    /** Of a file that normalises by itself: what is left to do before it where it is run as it is. */
    inside?: Normalisation
    /** The network takes blue, green, red; a normalisation beside it counts red first all the same. */
    channelOrder?: 'bgr'
    classes?: readonly string[]
    layers?: readonly LayerHint[]
  }
  /** What the file computes step by step, where it says it: then layers are found by their place, whatever they are called. */
  steps?: readonly Step[]
  /** Of a file that says no more: its layers with weights. Those of one kind are in their order, different kinds among each other perhaps not. */
  listed?: readonly Step[]
  /** Its steps, of a file whose names are tried first. */
  also?: readonly Step[]
  /** A graph that a runtime can run as it is, where it is such a file; `tensors` may then be empty. */
  graph?: FileGraph
  /** What a person should know of how the file was read. */
  remarks?: readonly Remark[]
}

/** A path that may be a model, as far as it can be looked at without trusting it. */
export interface PossibleModel {
  path: string
  folder: boolean
  /** Names in a folder; empty for a file. */
  names: readonly string[]
  /** The first 512 bytes of a file; empty for a folder. */
  head: Uint8Array
  /** Names in a zip archive, where it is one and they were looked at. */
  entries?: readonly string[]
}

/** A format of model files: one file with one call of `defineModelFormat`, and one line in `index.ts`. */
export interface ModelFormat {
  id: string
  title: ModelFormatSummary['title']
  /** Endings of its files, in lower case with the dot, for dialogues. */
  extensions: readonly string[]
  /** Whether this is such a model, by names and first bytes only. */
  detect(possible: PossibleModel): boolean
  /** Reads a file or folder of somebody else's. @throws GraftError that names the file, and the tensor, for what cannot be read. */
  read?(path: string, limits: ReadLimits): Promise<ModelFile>
  /** How it is written, where a model can be saved as this; then its id is one of the contract's `exportFormats`. */
  writer?: ModelWriter
}

/** What layers gave between, by `<block>.<layer>`. */
export type LayerRanges = ReadonlyMap<string, readonly [low: number, high: number]>

/** How a format is written, and how another program opens it. */
export interface ModelWriter {
  /** Names of the files in the folder that it writes; absent where it writes one file. */
  files?: readonly string[]
  /** The file normalises by itself: bytes go in. */
  normalises?: boolean
  /** It is written with what each layer gives for training images. */
  calibrated?: boolean
  /**
   * @param path the file, or a folder that is there and empty
   * @param ranges the smallest and largest output of each layer, by `<block>.<layer>`, for a format that is `calibrated`
   * @throws GraftError `not-exportable` naming a layer
   */
  write(model: StoredModel, summary: ModelSummary, path: string, ranges?: LayerRanges): Promise<void>
  /** Programs that answer for `images`, pixels [batch, height, width, channels] of 0 to 255; a test runs each as it is. */
  load(name: string, normalise: NormaliseCode): readonly LoadingCode[]
}

/** A few lines of another program. `from` are the packages that it needs. */
export interface LoadingCode { language: 'python' | 'js', from: string, code: string }

/** The normalisation as code can hold it. */
export interface NormaliseCode { mean: string, deviation: string, input: ImageShape }

/** Checks a format's shape at compile time. */
export const defineModelFormat = (format: ModelFormat): ModelFormat => format
