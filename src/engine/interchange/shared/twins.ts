/** How training programs call the mean of a network's weights over training, and the network that follows it slowly. */
const averaged = /(^|[._-])(n_?averaged|averag(ed?|ing)|avg|ema|swa|teacher|shadow)([._-]|$)|ema$/i

/** Whether a name says that weights are a mean over training. */
export const isAveraged = (name: string): boolean => averaged.test(name)

/** Weights of which a checkpoint holds several sets of one size: which of them is read, and which are left. */
export interface Twins { read: string, left: readonly string[] }

/**
 * The set of weights to take of several of one size, by their keys: the averaged one, as timm, torchvision and DINO themselves
 * load it. MMEngine and Lightning write the mean under the usual key and what it is a mean of under another.
 * @param sets in the order of their keys' usualness
 * @param beside every key that the checkpoint has
 */
export function chosenOf(sets: readonly string[], beside: ReadonlySet<string>): Twins {
  const swapped = beside.has('current_model_state') || (beside.has('meta') && beside.has('message_hub'))
  const read = (swapped ? undefined : sets.find(isAveraged)) ?? sets[0]!
  return { read, left: sets.filter((key) => key !== read) }
}
