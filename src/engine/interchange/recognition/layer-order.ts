import type { FileLayer } from './file-layers'

/** The number that a name ends in: `conv2` 2, `conv.0` 0. */
export function trailingNumber(name: string): number | undefined {
  const [, digits] = /(\d+)$/.exec(name) ?? []
  return digits === undefined ? undefined : Number(digits)
}

/**
 * A file's layers in the order in which they most likely compute: that of the file, or of the numbers in its names where the file
 * is sorted by name, as safetensors files are (`layer.10` then stands before `layer.2`).
 */
export function layersInOrder(layers: ReadonlyMap<string, FileLayer>): { order: FileLayer[], sorted: boolean } {
  const order = [...layers.values()]
  const sorted = order.every(({ name }, index) => index === 0 || order[index - 1]!.name < name)
  return { order: sorted ? order.sort((first, second) => naturally(first.name, second.name)) : order, sorted }
}

/** Compares names part by part, numbers by their value. */
function naturally(first: string, second: string): number {
  const [one, other] = [first, second].map((name) => name.split(/(\d+)/))
  for (let at = 0; at < Math.min(one!.length, other!.length); at++) {
    if (one![at] === other![at]) continue
    if (at % 2 === 1) return Number(one![at]) - Number(other![at])
    return one![at]! < other![at]! ? -1 : 1
  }
  return one!.length - other!.length
}
