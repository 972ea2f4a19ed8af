import { computed, ref, watch, type ComputedRef, type Ref } from 'vue'
import type { CorrectionsDraft, Decision, LabelStep } from '../../../contract/corrections-draft'
import type { Dataset, SplitName } from '../../../contract/datasets'
import type { LabelNext, LabelNextWanted, NextPicture } from '../../../contract/labelling'
import type { Correction } from '../../../contract/mending'
import { placeOf } from '../../../rules/examination/propose'
import { api } from '../../shared/api'
import { useOneLook } from '../../shared/one-look'
import type { Corrections } from './corrections'

type Place = Pick<NextPicture, 'split' | 'position'>
export type { Decision }

/** Where labelling stands, to be kept and gone on with. */
type LabelDraft = NonNullable<CorrectionsDraft['labelling']>

/** Keys of classes, in their order: those of other deeds are left out. */
export const classKeys = [...'123456789abcdefghijklmnopqrstuvwxyz']

const waitingSplits = ({ splits }: Dataset): SplitName[] => (['train', 'validation', 'unlabelled'] as const)
  .filter((name) => splits[name] && splits[name].perClass === undefined)

/** Pictures of a data set that wait for a label. */
export const waitingIn = (dataset: Dataset): number => waitingSplits(dataset).reduce((sum, name) => sum + (dataset.splits[name]?.count ?? 0), 0)

export interface LabelSession {
  look: ReturnType<typeof useOneLook<LabelNextWanted, LabelNext>>
  /** The data set's classes and those that were named here. */
  classes: ComputedRef<string[]>
  added: Ref<string[]>
  addClass(name: string): void
  removeClass(name: string): void
  /** Pictures to label, and the place of the one that is shown. */
  pictures: ComputedRef<readonly NextPicture[]>
  at: Ref<number>
  current: ComputedRef<NextPicture | undefined>
  of(picture: Place): Decision | undefined
  /** Pictures of these that are dealt with. */
  done: ComputedRef<number>
  /** Pictures that have no label yet, by what is decided so far; and those of them that can be chosen, which the unsure ones cannot. */
  waiting: ComputedRef<number>
  choosable: ComputedRef<number>
  decide(decision: Decision): void
  /** To the next or the one before, or with `open` to the next that nothing is decided of. */
  go(by: 1 | -1): void
  next(): void
  undo(): void
  undoable: ComputedRef<boolean>
  choose(source: LabelNextWanted['source'], count: number): Promise<void>
  /** Where this stands; undefined where nothing was named, chosen or decided. */
  draft: ComputedRef<LabelDraft | undefined>
  /** Goes on where a draft stood; without one, from the beginning. */
  restore(draft: LabelDraft | undefined): void
}

/** Labels as they are being given: they are corrections of the data set, and nothing is changed by them yet. */
export function newLabelSession(dataset: Dataset, corrections: Corrections): LabelSession {
  const look = useOneLook((wanted: LabelNextWanted) => api.datasets.labelNext(wanted), (job) => api.datasets.nextLabels(job))
  const added = ref<string[]>([])
  const unsure = ref(new Map<string, Place>())
  const history = ref<LabelStep[]>([])
  const at = ref(0)
  const labels = computed(() => corrections.list.value.filter((each): each is Extract<Correction, { do: 'label' }> => each.do === 'label'))
  const classes = computed(() => [...dataset.classes, ...added.value])
  const pictures = computed(() => look.found.value?.pictures ?? [])
  const waiting = computed(() => {
    const splits = waitingSplits(dataset)
    const decided = corrections.list.value.filter(({ do: what, split }) => (what === 'label' || what === 'leave-out') && splits.includes(split))
    return waitingIn(dataset) - new Set(decided.map(placeOf)).size
  })
  // New pictures begin a new list; a restored one goes on where it was.
  let isRestored = false
  watch(look.found, (now) => {
    if (now && !isRestored) [at.value, history.value] = [0, []]
    isRestored = false
  }, { flush: 'sync' })

  function of(picture: Place): Decision | undefined {
    if (unsure.value.has(placeOf(picture))) return { do: 'unsure' }
    const found = corrections.of(picture).find((each) => each.do === 'label' || each.do === 'leave-out')
    return found?.do === 'label' ? { do: 'label', to: found.to } : found && { do: 'leave-out' }
  }
  function set(place: Place, decision: Decision | undefined): void {
    unsure.value.delete(placeOf(place))
    if (decision?.do === 'unsure') unsure.value.set(placeOf(place), place)
    corrections.decide([place], decision === undefined || decision.do === 'unsure' ? { do: 'keep' } : decision)
  }
  function next(): void {
    const open = pictures.value.map((picture, index) => ({ picture, index })).filter(({ picture }) => of(picture) === undefined)
    const [after] = open.filter(({ index }) => index > at.value)
    const [first] = open
    // Past the end where all are dealt with: that is said, and the keys lead back.
    at.value = after?.index ?? first?.index ?? pictures.value.length
  }
  return {
    look, classes, added, pictures, at, of, next, waiting,
    choosable: computed(() => waiting.value - unsure.value.size),
    current: computed(() => pictures.value[at.value]),
    addClass(name) {
      const clean = name.trim()
      if (clean !== '' && !classes.value.includes(clean)) added.value = [...added.value, clean]
    },
    removeClass(name) {
      if (!labels.value.some(({ to }) => to === name)) added.value = added.value.filter((each) => each !== name)
    },
    done: computed(() => pictures.value.filter((picture) => of(picture) !== undefined).length),
    decide(decision) {
      const place = pictures.value[at.value]
      if (!place) return
      const before = of(place)
      history.value = [...history.value, { place: { split: place.split, position: place.position }, at: at.value, ...(before && { before }) }]
      set(place, decision)
      next()
    },
    go(by) {
      at.value = Math.min(pictures.value.length, Math.max(0, at.value + by))
    },
    undo() {
      const last = history.value.at(-1)
      if (!last) return
      history.value = history.value.slice(0, -1)
      set(last.place, last.before)
      at.value = last.at
    },
    undoable: computed(() => history.value.length > 0),
    draft: computed(() => added.value.length === 0 && unsure.value.size === 0 && !look.found.value ? undefined : {
      added: [...added.value], unsure: [...unsure.value.values()].map(({ split, position }) => ({ split, position })),
      ...(look.found.value && { found: look.found.value }), at: at.value, history: [...history.value]
    }),
    restore(draft) {
      isRestored = draft?.found !== undefined && look.found.value !== draft.found
      look.found.value = draft?.found ?? null
      added.value = [...draft?.added ?? []]
      unsure.value = new Map((draft?.unsure ?? []).map((place) => [placeOf(place), place]))
      at.value = draft?.at ?? 0
      history.value = [...draft?.history ?? []]
    },
    choose: (source, count) => look.look({
      dataset: dataset.id, source, count,
      labels: labels.value.map(({ split, position, to }) => ({ split, position, class: to })),
      without: [...[...unsure.value.values()], ...corrections.list.value.filter(({ do: what }) => what === 'leave-out')]
        .filter(({ split }) => split !== 'test').map(({ split, position }) => ({ split, position }))
    })
  }
}
