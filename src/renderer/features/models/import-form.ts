import type { Dataset } from '../../../contract/datasets'
import {
  idSchema, modelImportOptionsSchema, usualNormalisation, usualNormalisationSchema, type ModelFormat, type ModelImportOptions,
  type ModelInspection, type ModelSummary, type Normalisation, type UsualNormalisation
} from '../../../contract/models'
import { idIn } from '../../../rules/refs'
import { freeId } from '../../shared/free-id'
import { readSize } from '../../shared/read-size'
import { parseClassNames, repeatedNames } from './class-names'

/** What the dialogue holds while a person fills it in: text as typed, so that nothing is lost before it is read. */
export interface ModelForm {
  path: string
  name: string
  id: string
  /** A format's id, or `*`: found out from the content. */
  format: string
  /** An architecture's id, or `*`: recognised from names and shapes. */
  architecture: string
  /** Height and width that looking needs to know; empty: found out. */
  lookSize: string
  /** Height and width of the input, where the network takes any. */
  size: string
  /** `found`: as the file says, or as was found to be usual. */
  normalisation: UsualNormalisation | 'found' | 'custom'
  mean: string
  deviation: string
  /** `found`: as the file says, or numbers; `typed`; or `dataset:<id>`. */
  classes: string
  names: string
}

export const anything = '*'
export const emptyModelForm: ModelForm = {
  path: '', name: '', id: '', format: anything, architecture: anything, lookSize: '', size: '', normalisation: 'found', mean: '', deviation: '',
  classes: 'found', names: ''
}

export type ModelField = 'path' | 'id' | 'lookSize' | 'size' | 'mean' | 'deviation' | 'classes'
/** A problem with one field, as the name of its message, and the values in it. */
interface ModelProblem { code: string, values?: Record<string, string | number> }
export type ModelProblems = Partial<Record<ModelField, ModelProblem>>

/** A model's name from its path: every LayersModel is a `model.json`, so its folder says more. Without the format's ending. */
export function nameOfModel(path: string, formats: readonly ModelFormat[]): string {
  const parts = path.replace(/[\\/]+$/, '').split(/[\\/]/)
  const last = parts.at(-1) ?? ''
  const name = last === 'model.json' ? parts.at(-2) ?? last : last
  const ending = formats.flatMap(({ extensions }) => extensions).find((candidate) => name.toLowerCase().endsWith(candidate))
  return ending === undefined || ending.length === name.length ? name : name.slice(0, -ending.length)
}

/** An id made of the model's name that no imported model has yet. */
export const suggestModelId = (name: string, models: readonly Pick<ModelSummary, 'ref'>[]): string =>
  freeId(name, importedIds(models)) || freeId('model', importedIds(models))

const importedIds = (models: readonly Pick<ModelSummary, 'ref'>[]): string[] =>
  models.flatMap(({ ref }) => idIn('model', ref) ?? [])

type Look = Pick<ModelImportOptions, 'path' | 'format' | 'architecture' | 'size'>
type Reading<Options> = { ok: true, options: Options } | { ok: false, problems: ModelProblems }

/** What to look at, or what is wrong with what says so. */
export function readLook({ path, format, architecture, lookSize }: ModelForm): Reading<Look> {
  const size = sizeOf(lookSize)
  const problems: ModelProblems = {
    ...(path.trim() === '' && { path: { code: 'path-missing' } }),
    ...(size.problem && { lookSize: size.problem })
  }
  if (Object.keys(problems).length > 0) return { ok: false, problems }
  return {
    ok: true,
    options: {
      path: path.trim(), ...(format !== anything && { format }), ...(architecture !== anything && { architecture }), ...(size.size && { size: size.size })
    }
  }
}

function sizeOf(text: string): { size?: [number, number], problem?: ModelProblem } {
  if (text.trim() === '') return {}
  const size = readSize(text)
  if (size === undefined) return { problem: { code: 'size-form' } }
  return modelImportOptionsSchema.shape.size.safeParse(size).success ? { size } : { problem: { code: 'size-range' } }
}

/** A usual normalisation with the same numbers. */
export const usualOf = ({ mean, standardDeviation }: Normalisation): UsualNormalisation | undefined =>
  mean.length !== 1 && mean.length !== 3 ? undefined : usualNormalisationSchema.options.find((id) => {
    const usual = usualNormalisation(id, mean.length as 1 | 3)
    return usual.mean.join() === mean.join() && usual.standardDeviation.join() === standardDeviation.join()
  })

/** What the form begins with once a file was looked at: what the file says, and else what is usual. */
export function completedBy(form: ModelForm, { input: [height, width], normalisation, normalisationFrom }: ModelInspection): ModelForm {
  return {
    ...form, size: `${height} × ${width}`, classes: 'found',
    normalisation: normalisationFrom === 'file' ? 'found' : usualOf(normalisation) ?? 'found'
  }
}

/** One number, or one per channel: `0.5` or `0.485, 0.456, 0.406`. */
export function readNumbers(text: string, channels: number): number[] | undefined {
  const parts = text.split(/[\s,;]+/).filter((part) => part !== '')
  const numbers = parts.map(Number)
  if ((numbers.length !== 1 && numbers.length !== channels) || !numbers.every(Number.isFinite)) return undefined
  return numbers.length === channels ? numbers : Array.from({ length: channels }, () => numbers[0]!)
}

interface ImportSurroundings {
  models: readonly Pick<ModelSummary, 'ref'>[]
  datasets: readonly Pick<Dataset, 'id' | 'classes'>[]
  formats: readonly ModelFormat[]
}

/** The form as options for main, or every field's problem. */
export function readImport(form: ModelForm, found: ModelInspection, { models, datasets, formats }: ImportSurroundings): Reading<ModelImportOptions> {
  const look = readLook(form)
  const problems: ModelProblems = look.ok ? {} : { ...look.problems }
  const name = form.name.trim() || nameOfModel(form.path, formats)
  const id = form.id.trim() || suggestModelId(name, models)
  if (!idSchema.safeParse(id).success) problems.id = { code: 'id-form' }
  else if (importedIds(models).includes(id)) problems.id = { code: 'id-taken' }

  const size = found.anySize ? sizeOf(form.size) : {}
  if (size.problem) problems.size = size.problem

  const channels = found.input[2]
  const mean = readNumbers(form.mean, channels)
  const deviation = readNumbers(form.deviation, channels)
  if (form.normalisation === 'custom') {
    if (!mean) problems.mean = { code: 'numbers', values: { count: channels } }
    if (!deviation?.every((value) => value > 0)) problems.deviation = { code: 'positive-numbers', values: { count: channels } }
  }
  const normalisation = form.normalisation === 'found' ? undefined
    : form.normalisation === 'custom' ? mean && deviation && { mean, standardDeviation: deviation } : form.normalisation

  const classes = classesOf(form, datasets)
  const repeated = repeatedNames(classes ?? [])
  if (classes && classes.length !== found.classes.length) problems.classes = { code: 'names-count', values: { given: classes.length, wanted: found.classes.length } }
  else if (repeated.length > 0) problems.classes = { code: 'names-twice', values: { names: repeated.slice(0, 5).join(', ') } }

  if (!look.ok || Object.keys(problems).length > 0) return { ok: false, problems }
  return {
    ok: true,
    options: {
      ...look.options, name, id, ...(size.size && { size: size.size }), ...(normalisation && { normalisation }), ...(classes && { classes: [...classes] })
    }
  }
}

function classesOf({ classes, names }: ModelForm, datasets: ImportSurroundings['datasets']): readonly string[] | undefined {
  if (classes === 'found') return undefined
  if (classes === 'typed') return parseClassNames(names)
  return datasets.find(({ id }) => `dataset:${id}` === classes)?.classes ?? []
}
