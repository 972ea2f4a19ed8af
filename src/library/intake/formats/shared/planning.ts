import type { FolderMeaning } from '../../../../contract/datasets'
import type { Text } from '../../../../contract/text'
import type { Plan } from '../../reading/picture-list'

/** What a plan is made with. */
export interface Planning {
  plan: Plan
  /** What a person said the folders are. */
  meaning: FolderMeaning
  /** A path as it is shown to a person. */
  shown(path: string): string
  /** What is unclear, the first time: what a person is asked, and which readings there are, the likeliest first. */
  unclear?: { text: Text, readings: readonly FolderMeaning[] }
}
