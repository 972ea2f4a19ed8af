import { z } from 'zod'
import type { ModelRef } from '../models'
import type { Text } from '../text'

/** How far a job is, as a bar shows it. Every kind's own progress has these fields, and whatever more it can tell. */
export const progressSchema = z.object({
  phase: z.string().optional(),
  done: z.number(),
  /** Where it is known before the end. */
  total: z.number().optional(),
  secondsLeft: z.number().optional()
})
export type Progress = z.infer<typeof progressSchema>

/**
 * Which queue a job waits in; queues go on beside one another. `training`: one at a time of all that compute for long.
 * `library`: one at a time of all that write data sets. `own`: one at a time of its kind, beside everything else, so that
 * a quick question never waits behind an hour of training.
 */
type Lane = 'training' | 'library' | 'own'

/** What a job works on or has brought, by the names that the window knows it under. */
interface Subject {
  runId?: string
  datasetId?: string
  modelRef?: ModelRef
  /** Which of the known data sets it downloads. */
  known?: string
  /** Graft does it by itself, and would again: nothing is lost when it is stopped. */
  unasked?: boolean
}

/** What a person reads of a job. Words for an end are left out where the screen that asked for the job tells it. */
interface JobWords<Result> {
  /** While it works, e.g. `Import`. */
  running: Text
  /** In their place while its progress is in a phase that has words of its own. */
  phases?: Readonly<Record<string, Text>>
  /** Its process, as the beginning of the sentence that tells what became of it, e.g. `The import process`. */
  process: Text
  /** What to do once its process is gone. */
  afterLoss: Text
  done?(title: string, result: Result): Text
  /** It failed; the reason follows. */
  failed?(title: string): Text
  /** What the window advises for an error's code where the error's own remedy is for the terminal. */
  remedies?: Readonly<Record<string, Text>>
  /** Its process is gone; the reason follows. As for `failed` where nothing is said. */
  lost?(title: string): Text
  /** Its process does not answer. */
  unresponsive?(title: string): { text: Text, remedy: Text }
}

/**
 * A kind of job: what goes in, what comes out, what is heard meanwhile, and how it waits. The worker's messages, main's
 * queue, the notices, the card in the window's rail and the test doubles follow from it. The work itself stands in
 * `src/worker/jobs`, in a file of the same name.
 */
export interface JobDefinition<
  Kind extends string = string, Input extends z.ZodType = z.ZodType, Result extends z.ZodType = z.ZodType,
  Standing extends z.ZodType<Progress> = z.ZodType<Progress>, News extends z.ZodType = z.ZodType
> {
  kind: Kind
  input: Input
  result: Result
  /** Where it stands: the newest counts, what it passed in between may be left out. */
  progress: Standing
  /** What it tells beside that, of which nothing may be left out. */
  news?: News
  lane: Lane
  /** The screen where it is looked at. */
  place: 'transfer' | 'runs' | 'datasets' | 'models' | 'settings'
  /**
   * It computes with TensorFlow. Until its first progress, and while that is in a phase of `longCalls`, a single native
   * call may block its process: its silence then means less.
   */
  computes?: boolean
  /** It can go on where it was when its process is gone: it is then interrupted, not failed. */
  resumable?: boolean
  /** Nothing is lost when the program closes while it works: nobody is asked. */
  disposable?: boolean
  /** How often the window hears of its progress at most, in milliseconds. */
  toldEveryMilliseconds?: number
  /** What it works on. */
  about?(input: z.output<Input>): Subject
  /** What it has brought. */
  brings?(result: z.output<Result>): Subject
  words: JobWords<z.output<Result>>
}

/** A kind of job, with the types of its schemas. */
export function defineJob<
  const Kind extends string, Input extends z.ZodType, Result extends z.ZodType, Standing extends z.ZodType<Progress>,
  News extends z.ZodType = z.ZodNever
>(definition: JobDefinition<Kind, Input, Result, Standing, News>): JobDefinition<Kind, Input, Result, Standing, News> {
  return definition
}

/** Phases in which TensorFlow or the data are loaded in single calls that may take long. */
const longCalls: readonly (string | undefined)[] = ['starting', 'loading']

/** Whether a job's process may be silent for long now. */
export const isBusy = ({ computes = false }: JobDefinition, progress: Progress | undefined): boolean =>
  computes && (progress === undefined || longCalls.includes(progress.phase))
