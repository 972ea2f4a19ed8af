import type { z } from 'zod'
import * as all from './all'
import type { JobDefinition } from './define'

type Definition = typeof all[keyof typeof all]
export type JobKind = Definition['kind']
type Of<Kind extends JobKind> = Extract<Definition, { kind: Kind }>

/** What a job is asked with, before defaults are filled in; what its work gets; and what it gives. */
export type InputOf<Kind extends JobKind> = z.input<Of<Kind>['input']>
export type ParsedInputOf<Kind extends JobKind> = z.output<Of<Kind>['input']>
export type ResultOf<Kind extends JobKind> = z.output<Of<Kind>['result']>
export type ProgressOf<Kind extends JobKind> = z.output<Of<Kind>['progress']>
export type NewsOf<Kind extends JobKind> = z.output<NonNullable<Of<Kind>['news']>>

/** One job for one worker process. */
export type Job<Kind extends JobKind = JobKind> = { [Each in Kind]: { kind: Each, input: InputOf<Each> } }[Kind]

/** Every kind of job there is. */
export const jobs: readonly Definition[] = Object.values(all)

const byKind = new Map<string, JobDefinition>(jobs.map((definition) => [definition.kind, definition]))
export const jobKinds = jobs.map(({ kind }) => kind)

/** What a kind of job is, for whoever treats all kinds alike. */
export function jobOf(kind: JobKind): JobDefinition {
  return byKind.get(kind)!
}
