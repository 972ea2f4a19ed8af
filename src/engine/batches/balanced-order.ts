import { randomStream } from '../random'

/**
 * An epoch in which every class comes equally often: as many draws as there are images, shared by the classes that there
 * are. What does not come out even goes to classes drawn anew each epoch. A class is gone through as a whole before any of
 * its images comes again.
 * @param labels class of each image
 * @returns places in the labels, in the order of the epoch
 */
export function balancedOrder(labels: Int32Array, seed: number, name: string, epoch: number): Int32Array {
  const places = new Map<number, number[]>()
  labels.forEach((label, place) => {
    const found = places.get(label)
    if (found) found.push(place)
    else places.set(label, [place])
  })
  const classes = [...places.keys()].sort((a, b) => a - b)
  const share = Math.floor(labels.length / classes.length)
  const lucky = new Set([...randomStream(seed, 'balance', name, epoch).permutation(classes.length)].slice(0, labels.length % classes.length))
  const drawn = classes.flatMap((label, index) => {
    const own = places.get(label)!
    const wanted = share + (lucky.has(index) ? 1 : 0)
    const draws: number[] = []
    for (let round = 0; draws.length < wanted; round++) {
      const order = randomStream(seed, 'balance', name, epoch, label, round).permutation(own.length)
      for (const place of order.slice(0, wanted - draws.length)) draws.push(own[place]!)
    }
    return draws
  })
  return Int32Array.from(randomStream(seed, 'order', name, epoch).permutation(drawn.length), (place) => drawn[place]!)
}
