import { z } from 'zod'
import { modelRefSchema, type ModelRef } from './refs'
import { textSchema, type Text } from './text'

/** While a parameter has one of these values. */
export const conditionSchema = z.object({ parameter: z.string(), in: z.array(z.union([z.string(), z.number(), z.boolean()])) })
export type Condition = z.infer<typeof conditionSchema>

/**
 * A parameter of a method, an architecture or the training loop, as plain data: the window draws its form from
 * it, the command line its flags, `parametersSchema` its validation, the documentation its table.
 */
const base = {
  label: textSchema,
  /** One sentence: what it does and when to change it. */
  help: textSchema,
  /** Shown under "more settings" rather than at once. */
  advanced: z.boolean().optional(),
  /** Shown only while another parameter has one of these values. */
  when: conditionSchema.optional()
}
const range = { minimum: z.number(), maximum: z.number() }

const numberParameterSchema = z.object({
  kind: z.literal('number'), ...base, ...range, default: z.number(), scale: z.enum(['linear', 'logarithmic']).optional()
})
const integerParameterSchema = z.object({ kind: z.literal('integer'), ...base, ...range, default: z.number() })
const booleanParameterSchema = z.object({ kind: z.literal('boolean'), ...base, default: z.boolean() })
const choiceParameterSchema = z.object({
  kind: z.literal('choice'), ...base, default: z.string(),
  options: z.array(z.object({ value: z.string(), label: textSchema }))
})
/**
 * Names of blocks of the source model. `single`: exactly one; an empty list means the method's own default, which `none`
 * puts into the method's sentence ("all blocks"). `among` names another such parameter: only blocks that it names can be
 * named here, or any where it names none.
 */
const blocksParameterSchema = z.object({
  kind: z.literal('blocks'), ...base, default: z.array(z.string()), single: z.boolean().optional(), none: textSchema.optional(),
  among: z.string().optional()
})
/** Saved models (`run:<id>`, `model:<id>`), e.g. the teachers of a distillation. */
const modelsParameterSchema = z.object({
  kind: z.literal('models'), ...base, default: z.array(modelRefSchema), minimum: z.number(), maximum: z.number()
})

const parameterSchema = z.discriminatedUnion('kind', [
  numberParameterSchema, integerParameterSchema, booleanParameterSchema,
  choiceParameterSchema, blocksParameterSchema, modelsParameterSchema
])
export type Parameter = z.infer<typeof parameterSchema>
export const parametersRecordSchema = z.record(z.string(), parameterSchema)
export type Parameters = Record<string, Parameter>

export const parameterValueSchema = z.union([z.number(), z.boolean(), z.string(), z.array(z.string())])
export type ParameterValue = z.infer<typeof parameterValueSchema>

type Without<P extends Parameter> = Omit<P, 'kind'>
type NumberParameter = z.infer<typeof numberParameterSchema>
type IntegerParameter = z.infer<typeof integerParameterSchema>
type BooleanParameter = z.infer<typeof booleanParameterSchema>
type BlocksParameter = z.infer<typeof blocksParameterSchema>
type ModelsParameter = z.infer<typeof modelsParameterSchema>
interface ChoiceParameter<Value extends string> extends Omit<z.infer<typeof choiceParameterSchema>, 'default' | 'options'> {
  default: Value
  options: { value: Value, label: Text }[]
}

export const number = (parameter: Without<NumberParameter>): NumberParameter => ({ kind: 'number', ...parameter })
export const integer = (parameter: Without<IntegerParameter>): IntegerParameter => ({ kind: 'integer', ...parameter })
export const boolean = (parameter: Without<BooleanParameter>): BooleanParameter => ({ kind: 'boolean', ...parameter })
export const choice = <const Value extends string>(
  parameter: Omit<ChoiceParameter<Value>, 'kind' | 'default'> & { default: NoInfer<Value> }
): ChoiceParameter<Value> => ({ kind: 'choice', ...parameter })
export const blocks = (parameter: Without<BlocksParameter>): BlocksParameter => ({ kind: 'blocks', ...parameter })
export const models = (parameter: Without<ModelsParameter>): ModelsParameter => ({ kind: 'models', ...parameter })

/** The values that a record of parameters describes. */
export type ValuesOf<P extends Parameters> = {
  [Name in keyof P]: P[Name] extends { kind: 'number' | 'integer' } ? number
    : P[Name] extends { kind: 'boolean' } ? boolean
      : P[Name] extends ChoiceParameter<infer Value> ? Value
        : P[Name] extends { kind: 'models' } ? ModelRef[] : string[]
}

function valueSchema(parameter: Parameter): z.ZodType {
  switch (parameter.kind) {
    case 'number': return z.number().min(parameter.minimum).max(parameter.maximum).default(parameter.default)
    case 'integer': return z.int().min(parameter.minimum).max(parameter.maximum).default(parameter.default)
    case 'boolean': return z.boolean().default(parameter.default)
    case 'choice': return z.enum(parameter.options.map((option) => option.value)).default(parameter.default)
    case 'blocks': return z.array(z.string()).max(parameter.single ? 1 : 1000).default(parameter.default)
    case 'models': return z.array(modelRefSchema).min(parameter.minimum).max(parameter.maximum).default(parameter.default)
  }
}

/** A strict schema over the parameters' values: defaults filled in, unknown names and values out of range refused. */
export function parametersSchema<P extends Parameters>(parameters: P): z.ZodType<ValuesOf<P>, unknown> {
  const shape = Object.fromEntries(Object.entries(parameters).map(([name, parameter]) => [name, valueSchema(parameter)]))
  return z.strictObject(shape) as unknown as z.ZodType<ValuesOf<P>, unknown>
}

/** Every parameter at its default. */
export function defaultsOf<P extends Parameters>(parameters: P): ValuesOf<P> {
  return Object.fromEntries(Object.entries(parameters).map(([name, { default: value }]) => [name, value])) as ValuesOf<P>
}

/** A flag's text as the parameter's value (`"0.01"` → 0.01, `"a,b"` → ['a', 'b']); what cannot be read stays text, for the schema to refuse. */
export function readParameter(parameter: Parameter, text: string): ParameterValue {
  switch (parameter.kind) {
    case 'number':
    case 'integer': return text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text)
    case 'boolean': return text === 'true' ? true : text === 'false' ? false : text
    case 'choice': return text
    case 'blocks':
    case 'models': return text === '' ? [] : text.split(',').map((part) => part.trim())
  }
}
