import { z } from 'zod'

export type ModelRefKind = 'arch' | 'model' | 'run'

/** `arch:seed-cnn` (fresh weights), `model:<id>` (imported), `run:<id>` (what a saved run learned). */
export type ModelRef = `${ModelRefKind}:${string}`

const refText = z.string().regex(
  /^(arch|model|run):[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/,
  'arch:<architecture>, model:<id> or run:<id>'
)
// The pattern above is what makes the text a reference.
export const modelRefSchema = refText as unknown as z.ZodType<ModelRef, string>
