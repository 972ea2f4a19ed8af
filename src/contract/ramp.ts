// Viridis (Smith and van der Walt, CC0) at nine even places.
const viridisStops: readonly [number, number, number][] = [
  [68, 1, 84], [71, 44, 122], [59, 81, 139], [44, 113, 142], [33, 144, 141],
  [39, 173, 129], [92, 200, 99], [170, 220, 50], [253, 231, 37]
]

/** Red, green and blue of the viridis ramp at a share in [0, 1]. */
export function viridisChannels(share: number): [number, number, number] {
  const place = Math.min(1, Math.max(0, share)) * (viridisStops.length - 1)
  const low = Math.min(viridisStops.length - 2, Math.floor(place))
  const between = place - low
  const first = viridisStops[low] ?? [0, 0, 0]
  const second = viridisStops[low + 1] ?? first
  const [red = 0, green = 0, blue = 0] = first.map((value, channel) => Math.round(value + ((second[channel] ?? value) - value) * between))
  return [red, green, blue]
}

/** How much of a picture a heat map covers where its value is this share: what matters shows most. */
export const heatCover = (share: number): number => 0.3 + 0.4 * Math.min(1, Math.max(0, share))
