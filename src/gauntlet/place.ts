import type { ImportProgress } from '../contract/datasets'
import type { Run } from '../contract/runs'
import type { Language, Text } from '../contract/text'
import type { Engine } from '../engine'
import type { Library } from '../library'

/** What the gauntlet works in, handed over by who starts it. */
export interface Place {
  library: Library
  engine(): Promise<Engine>
  signal: AbortSignal
  language: Language
  /** The text in the person's language. */
  say(text: Text): string
  /** A line for the person. */
  notice(text: Text): void
  progress(): { line(text: string): void, import(at: ImportProgress): void, stop(): void }
}

/** Trains the gauntlet's runs, several at once where there is room. */
export interface Trainer {
  /** Trains the run as soon as there is room, and gives its record when it has ended. */
  train(run: Run): Promise<Run>
  /** Does what must not be done twice at once. */
  alone<Value>(work: () => Promise<Value>): Promise<Value>
  /** A line for the person, beside the trainings' own progress. */
  say(line: string): void
}
