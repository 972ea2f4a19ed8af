import type { ErrorValue } from '../../contract/errors'
import type { LabelGrant, TestSplit } from '../../contract/runs'
import type { Text } from '../../contract/text'
import { problem, type ChosenSource } from '../facts'

/** One thing that stands in a method's way, said twice: in a few words for a list of methods, and as the error that stops a start. */
export interface Finding { reason: Text, error: ErrorValue }

export const finding = (reason: Text, code: string, field: string, message: Text, remedy: Text): Finding =>
  ({ reason, error: problem(code, field, message, remedy) })

/** A spec, or as much of one as is chosen: what is left open is not held against a method. */
export interface Chosen extends ChosenSource {
  target: { dataset?: string | undefined, domain?: string | undefined, labels?: LabelGrant | undefined, testSplit?: TestSplit | undefined }
}
