/** What methods reached on one measured task: everything by the settings that the program chooses, one seed. */
export interface Outcome {
  /** Its name in docs/advisor.md. */
  task: string
  sourceKind: 'fresh' | 'own' | 'imported'
  sameClasses: boolean
  /** Granted labels of the smallest class; 0 where none were granted. */
  labelsPerClass: number
  classes: number
  /** What was seen in advance, by `graft advise`. */
  crossValidated?: number
  neighbours?: number
  /** Test accuracy by method. */
  accuracy: Readonly<Record<string, number>>
}
