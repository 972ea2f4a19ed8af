export type Place = readonly [x: number, y: number]

/** Whether a place lies inside a polygon, by how often a ray from it crosses the edges. */
export function isInside([x, y]: Place, polygon: readonly Place[]): boolean {
  let inside = false
  for (let index = 0, before = polygon.length - 1; index < polygon.length; before = index++) {
    const [[x1, y1], [x2, y2]] = [polygon[index]!, polygon[before]!]
    if (y1 > y !== y2 > y && x < (x2 - x1) * (y - y1) / (y2 - y1) + x1) inside = !inside
  }
  return inside
}

/** Puts places into a picture of so many pixels, all of them in view and nothing stretched; y grows downwards. */
export function fitting(places: readonly Place[], width: number, height: number, edge = 12): (place: Place) => [number, number] {
  const [xs, ys] = [places.map(([x]) => x), places.map(([, y]) => y)]
  const [left, right, low, high] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)]
  const scale = Math.min((width - 2 * edge) / Math.max(1e-9, right - left), (height - 2 * edge) / Math.max(1e-9, high - low))
  return ([x, y]) => [width / 2 + (x - (left + right) / 2) * scale, height / 2 - (y - (low + high) / 2) * scale]
}
