import { basename } from 'node:path'
import { classesTold, type Prediction } from '../../contract/predictions'
import type { Text } from '../../contract/text'

/** What the window shows of a picture: its name without its folder, in words about it too, the first classes, nothing of this computer. */
export function forWindow(prediction: Prediction): Prediction {
  const image = basename(prediction.image)
  if ('error' in prediction) {
    const named = (text: string): string => text.replaceAll(prediction.image, image)
    const inBoth = ({ en, zh }: Text): Text => ({ en: named(en), zh: named(zh) })
    const { message, remedy, details, ...rest } = prediction.error
    return {
      image,
      error: { ...rest, message: inBoth(message), ...(remedy && { remedy: inBoth(remedy) }), ...(details !== undefined && { details: named(details) }) }
    }
  }
  const { classes, source } = prediction
  return { ...prediction, image, classes: classes.slice(0, classesTold), ...(source && { source: source.slice(0, classesTold) }) }
}
